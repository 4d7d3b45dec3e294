import JSON
package import Pipeline
import SourceControl

extension RunFile {
  /// Reads the file, and unpacks its store of checkpoints into `folder`, which must be empty.
  ///
  /// Throws `RunRefusal` where there is no such file or it is none of a run, and `DamagedRecord` with the step where
  /// something in it was changed or is missing.
  package func read(unpackingTo folder: String) throws -> RecordedRun {
    guard let bytes = FileBytes.read(path, limit: .max) else {
      guard FileKind.of(path) == nil else {
        throw RunRefusal(.configuration, "The file '\(path)' cannot be read. 'autonomy log --export FILE' makes one.")
      }
      throw RunRefusal(
        .configuration,
        "There is no file '\(path)'. 'autonomy log --export FILE' makes one; a run of the project is named as in 'r1'."
      )
    }
    guard bytes.starts(with: Self.heading) else {
      throw RunRefusal(
        .configuration,
        "The file '\(path)' holds no run of a version that this program knows. 'autonomy log --export FILE' makes one."
      )
    }
    for name in ["", "/objects", "/objects/pack"] { try RealPath.makeFolders(folder + name, mode: 0o700) }
    let (decompressor, compressor) = (try StreamDecompressor(), try Compressor())
    var reader = FrameReader(bytes: bytes, position: Self.heading.count)
    var record = RecordedRun(id: RunID(number: 1))
    while let (kind, content) = try reader.next() {
      do {
        if kind == .store {
          try unpack(content, folder)
          continue
        }
        guard let content = decompressor.decompress(content) else { throw Unreadable() }
        if kind == .content {
          record.contents[try ObjectID(blob: content)] = try compressor.compress(content)
        } else if kind != .end {
          try take(kind, JSONValue(parsing: content), into: &record)
        }
      } catch {
        throw reader.damage
      }
    }
    return record
  }

  private func unpack(_ content: [UInt8], _ folder: String) throws {
    guard let end = content.firstIndex(of: 0) else { throw Unreadable() }
    let path = try ProjectPath(bytes: Array(content[..<end]))
    try CopiedTree.replace(path, in: folder, with: Array(content[(end + 1)...]))
  }

  private func take(_ kind: Kind, _ object: JSONValue, into record: inout RecordedRun) throws {
    switch kind {
    case .run:
      guard let id = object.string.flatMap({ RunID($0) }) else { throw Unreadable() }
      record = RecordedRun(id: id)
    case .event:
      guard let sequence = object["seq"]?.integer, let time = object["time"]?.integer, let event = object["event"]
      else { throw Unreadable() }
      record.events.append(
        StoredEvent(
          sequence: sequence,
          time: Timestamp(milliseconds: time),
          run: record.id,
          event: try event.decoded()
        )
      )
    case .item:
      guard let event = object["event"]?.integer, let item = object["item"],
        let kind = object["kind"]?.string.flatMap({ RecordedItem.Kind(rawValue: $0) })
      else { throw Unreadable() }
      record.items.append((event, try RecordedItem(kind, json: item)))
    case .transcript:
      guard let step = object["step"]?.integer, let entries = object["entries"]?.array else { throw Unreadable() }
      record.transcripts[step] = try entries.map { try TranscriptEntry(json: $0) }
    case .content, .store, .end:
      break
    }
  }

  private struct Unreadable: Error {}
}

/// Reads frames one after the other, as long as each is what was written.
private struct FrameReader {
  let bytes: [UInt8]
  var position: Int
  private var digest = ObjectID.emptyTree
  private var step = 0
  private var hasEnded = false

  init(bytes: [UInt8], position: Int) {
    (self.bytes, self.position) = (bytes, position)
  }

  private static let headSize = 9
  private static let digestSize = 20

  /// The next frame; nil after the last.
  mutating func next() throws -> (RunFile.Kind, [UInt8])? {
    if hasEnded {
      guard position == bytes.count else { throw damage }
      return nil
    }
    guard bytes.count - position >= Self.headSize + Self.digestSize else { throw damage }
    let claimed = number(at: position + 1)
    let size = number(at: position + 5)
    guard size <= bytes.count - position - Self.headSize - Self.digestSize else {
      if claimed == step + 1 { step = claimed }
      throw damage
    }
    let end = position + Self.headSize + size
    let frame = Array(bytes[position..<end])
    let digest = try RunFile.digest(of: frame, after: digest)
    guard bytes[end..<(end + Self.digestSize)].elementsEqual(digest.bytes),
      let kind = RunFile.Kind(rawValue: bytes[position])
    else {
      // The step may be what was changed; it is believed only where the frame is not whole with the one before.
      let isNext = claimed == step + 1
      if try isNext != isWhole(frame, to: end, inStep: isNext ? step : step + 1) { step += 1 }
      throw damage
    }
    let content = Array(bytes[(position + Self.headSize)..<end])
    (self.digest, step, position) = (digest, claimed, end + Self.digestSize)
    hasEnded = kind == .end
    return (kind, content)
  }

  /// Whether a frame is what was written, but for its step.
  private func isWhole(_ frame: [UInt8], to end: Int, inStep step: Int) throws -> Bool {
    let digest = try RunFile.digest(of: frame[..<1] + RunFile.bytes(UInt32(step)) + frame[5...], after: digest)
    return bytes[end..<(end + Self.digestSize)].elementsEqual(digest.bytes)
  }

  /// Says that the frame at hand is not what was written.
  var damage: DamagedRecord {
    let place = step > 0 ? "in step \(step)" : "before the first step"
    return DamagedRecord(
      step: step > 0 ? step : nil,
      "The record is damaged \(place), at byte \(position): something was changed or is missing."
    )
  }

  private func number(at position: Int) -> Int {
    bytes[position..<(position + 4)].reduce(0) { $0 << 8 | Int($1) }
  }
}
