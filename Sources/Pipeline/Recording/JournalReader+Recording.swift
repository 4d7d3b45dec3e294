import JSON
import Persistence
package import SourceControl

extension JournalReader {
  /// Reads all that is on record of a run; nil where there is none of that id.
  ///
  /// Throws `DamagedRecord` where something of it cannot be read, and `JournalError`.
  package func record(of run: RunID) throws -> RecordedRun? {
    var record = RecordedRun(id: run)
    record.events = try events(EventSelection(run: run))
    guard let first = record.events.first?.sequence, let last = record.events.last?.sequence else { return nil }
    // One that came to its end need not have asked: its last answer may have come before this run.
    var steps = Set(record.events.compactMap { if case .phaseFinished(let end) = $0.event { end.step } else { nil } })
    var contents: Set<ObjectID> = []
    // What was stored with no event of its own counts to the one that came next.
    try connection.forEachRow(
      "SELECT event, kind, item FROM record WHERE event BETWEEN ? AND ? ORDER BY position",
      [.integer(first), .integer(last + 1)]
    ) { row in
      let event = try row.integer(0)
      guard let kind = RecordedItem.Kind(rawValue: try row.text(1)),
        let text = Compressor.decompress(try row.blob(2)).flatMap({ RecordedItem.unsealed($0, of: kind) }),
        let json = try? JSONValue(parsing: text), let item = try? RecordedItem(kind, json: json)
      else { throw record.damage(at: event) }
      record.items.append((event, item))
      contents.formUnion(item.contents)
      if case .request(let request) = item, let step = request.step { steps.insert(step) }
    }
    for id in contents {
      record.contents[id] = try connection.firstRow(
        "SELECT content FROM record_content WHERE id = ?",
        [.blob(id.bytes)]
      ) { try $0.blob(0) }
    }
    for step in steps { record.transcripts[step] = try transcript(of: step) }
    return record
  }
}

extension RecordedItem {
  /// The contents that the item refers to.
  package var contents: [ObjectID] {
    switch self {
    case .request(let request): request.messages + [request.tools, request.format].compactMap { $0 }
    case .check(let check): check.files.filter(\.isKept).compactMap(\.id)
    case .files(let files), .found(let files), .captured(let files): files.filter(\.isKept).compactMap(\.id)
    case .start(let start):
      (start.byProducts + (start.lanes ?? []).flatMap(\.files)).filter(\.isKept).compactMap(\.id)
    case .reply, .written, .failure, .checks, .copyChecks, .search, .standing, .end, .turn, .commit, .look, .exhausted,
      .landed:
      []
    }
  }
}
