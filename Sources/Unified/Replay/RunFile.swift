import JSON
package import Pipeline
package import SourceControl

/// A recorded run as one file that holds all a replay needs.
///
/// It is a line that names the format, and then frames: a kind, the step, the size, the content (compressed with all
/// before it, but for files) and the digest of all that and of the digest before, so that a changed byte is noticed where
/// it is.
package struct RunFile: Sendable {
  static let heading = Array("autonomy run 2\n".utf8)

  /// What a frame holds.
  enum Kind: UInt8 {
    /// The run's id.
    case run = 1
    case event
    case item
    /// A content that items refer to.
    case content
    /// What was said in a step.
    case transcript
    /// A file of the store of checkpoints: its name, a NUL, and its bytes.
    case store
    /// The last frame.
    case end
  }

  /// Absolute.
  package let path: String

  package init(path: String) {
    self.path = path
  }

  /// Writes a run with those of its checkpoints that `source` has; answers the size of the file in bytes.
  ///
  /// The file is there under its name only when it is whole, and its owner alone can read it. Throws `WorkspaceError`
  /// where it cannot be written.
  package func write(_ record: RecordedRun, checkpoints source: String) throws -> Int {
    var file = try PrivateFile(path: path)
    try file.write(Self.heading)
    var writer = Writer(file, try StreamCompressor())
    try writer.add(.run, step: 0, JSONValue.string("\(record.id)").utf8())
    try writeCheckpoints(of: record, from: source, to: &writer)
    var written: Set<ObjectID> = []
    var items = record.items[...]
    var step = 0
    // Where several steps were under way, the one that an item is of.
    var turn = 0
    func write(upTo event: Int) throws {
      while let (number, item) = items.first, number <= event {
        if case .turn(let next) = item { turn = next }
        if case .start = item { turn = 0 }
        let step = turn > 0 ? turn : step
        for id in item.contents where written.insert(id).inserted {
          guard let content = record.content(id) else { continue }
          try writer.add(.content, step: step, content)
        }
        let object: JSONValue = [
          "event": .integer(number), "kind": .string(item.kind.rawValue), "item": try item.json(),
        ]
        try writer.add(.item, step: step, object.utf8())
        items.removeFirst()
      }
    }
    func write(transcriptOf step: Int) throws {
      guard let entries = record.transcripts[step] else { return }
      let said: JSONValue = ["step": .integer(step), "entries": .array(entries.map { $0.json })]
      try writer.add(.transcript, step: step, said.utf8())
    }
    let decided = Set(
      record.events.compactMap { if case .decision(let decision) = $0.event { decision.step } else { nil } }
    )
    // Those that another run or start decided on, and this one went on with.
    for step in record.transcripts.keys.sorted() where !decided.contains(step) { try write(transcriptOf: step) }
    for event in record.events {
      try write(upTo: event.sequence - 1)
      if case .decision(let decision) = event.event {
        step = decision.step
        try write(transcriptOf: step)
      }
      let object: JSONValue = [
        "seq": .integer(event.sequence), "time": .integer(event.time.milliseconds),
        "event": try JSONValue(encoding: event.event),
      ]
      try writer.add(.event, step: step, object.utf8())
    }
    try write(upTo: .max)
    try writer.add(.end, step: step, [])
    return try writer.finish()
  }

  /// The files in the run's checkpoints that hold something that `mask` hides.
  ///
  /// They are the user's, and a replay needs them as they are.
  package static func secretFiles(
    of record: RecordedRun,
    checkpoints source: String,
    mask: SecretMask
  ) throws -> [ProjectPath] {
    guard mask.hidesAnything else { return [] }
    var paths: Set<ProjectPath> = []
    try SnapshotStore.forEachFile(of: checkpoints(of: record), in: source) { path, content in
      if mask.mask(content) != nil { paths.insert(path) }
    }
    return paths.sorted()
  }

  private static func checkpoints(of record: RecordedRun) -> Set<SnapshotID> {
    let starts = record.parts().map(\.start)
    return starts.reduce(into: Set(starts.compactMap(\.checkpoint))) { $0.formUnion($1.checkpoints) }
  }

  private func writeCheckpoints(of record: RecordedRun, from source: String, to writer: inout Writer) throws {
    let ids = Self.checkpoints(of: record)
    let folder = try TemporaryFolder()
    let store = "\(folder.path)/checkpoints"
    try SnapshotStore.transfer(ids, from: source, to: store)
    for name in Self.storeFiles(in: store) {
      guard let bytes = FileBytes.read("\(store)/\(name)", limit: .max) else { continue }
      try writer.add(.store, step: 0, Array(name.utf8) + [0] + bytes, isCompressed: true)
    }
  }

  /// The files that make up a store, by their names in its folder.
  private static func storeFiles(in store: String) -> [String] {
    let packs = (FileBytes.names(in: "\(store)/objects/pack") ?? []).sorted()
    return ["packed-refs"] + packs.map { "objects/pack/\($0)" }
  }
}

extension RunFile {
  /// Writes frames one after the other.
  private struct Writer: ~Copyable {
    private var file: PrivateFile
    private var digest = ObjectID.emptyTree
    private let compressor: StreamCompressor

    init(_ file: consuming PrivateFile, _ compressor: StreamCompressor) {
      self.file = file
      self.compressor = compressor
    }

    mutating func add(_ kind: Kind, step: Int, _ content: [UInt8], isCompressed: Bool = false) throws {
      let content = isCompressed ? content : try compressor.compress(content)
      var frame = [kind.rawValue] + RunFile.bytes(UInt32(step)) + RunFile.bytes(UInt32(content.count))
      frame += content
      digest = try RunFile.digest(of: frame, after: digest)
      try file.write(frame + digest.bytes)
    }

    mutating func finish() throws -> Int {
      try file.finish()
      return file.size
    }
  }

  static func digest(of frame: [UInt8], after digest: ObjectID) throws -> ObjectID {
    try ObjectID(blob: digest.bytes + frame)
  }

  static func bytes(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }
}
