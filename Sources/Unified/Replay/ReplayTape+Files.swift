import Pipeline
import SourceControl

extension ReplayTape {
  /// Puts files there that the run had found at this point, if it is whoever goes on that had found them.
  ///
  /// What a checkpoint had caught comes only before a checkpoint.
  func putFoundFiles(isCapture: Bool = false) {
    change { state in
      while state.difference == nil, !state.isAtEnd, isTurn(state), let item = nextItem(state),
        let files = item.foundFiles, isCapture || item.kind == .found, isDue(state)
      {
        put(files, &state)
      }
    }
  }

  /// Puts files there that are the next item.
  func put(_ files: [RecordedFile], _ state: inout State) {
    removeItem(&state)
    do {
      try write(files, "The user had changed", in: root)
    } catch {
      state.differ("\(error)")
    }
  }

  /// Whether all events are played that were stored before the next item came.
  private func isDue(_ state: State) -> Bool {
    let item = state.order.isOn ? state.order.itemPlace : state.item
    guard let item, part.places.indices.contains(item), part.places[item] > state.event else { return true }
    return part.events[state.event..<part.places[item]].allSatisfy { $0.isOutside }
  }

  /// Puts files into a folder as they are on record; `whose` says of them what did that.
  func write(_ files: [RecordedFile], _ whose: String, in root: String) throws {
    // What comes may be in the place of a folder that goes, or the other way round.
    for file in files where file.id == nil { try CopiedTree.replace(file.path, in: root, with: nil) }
    for file in files where file.id != nil && !Self.isThere(file, in: root) {
      try CopiedTree.replace(file.path, in: root, with: try content(of: file, whose), as: file.kind)
    }
  }

  /// Whether a file is there whose content is not on record, as one is that was brought back.
  private static func isThere(_ file: RecordedFile, in root: String) -> Bool {
    guard !file.isKept, let bytes = FileBytes.read("\(root)/\(file.path)", limit: .max) else { return false }
    return (try? ObjectID(blob: bytes)) == file.id
  }

  /// The content of a file on record.
  func content(of file: RecordedFile, _ whose: String) throws -> [UInt8]? {
    guard let id = file.id else { return nil }
    guard file.isKept else {
      throw DamagedRecord(step: nil, "\(whose) '\(file.path)', which was too large or too secret to be recorded.")
    }
    guard let bytes = record.content(id) else {
      throw DamagedRecord(step: nil, "The record is damaged: the content of '\(file.path)' cannot be read.")
    }
    return bytes
  }
}

/// Puts what a run had found in its project there, before whoever finds it looks.
struct ReplayWitness: ProjectWitness {
  let tape: ReplayTape

  var wantsNews: Bool { false }

  func beforeLook() { tape.putFoundFiles() }

  func found(_ files: [(path: ProjectPath, version: FileVersion?)], bytes: (ProjectPath, FileVersion) -> [UInt8]?) {}
}
