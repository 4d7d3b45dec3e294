import CZlib
@unsafe @preconcurrency import Glibc
import Synchronization

/// A pack that objects are added to from several threads; the repository has none of them before `publish`.
///
/// Nothing is written as long as no object is new.
final class PackWriter: Sendable {
  /// How many bytes of contents that are new a pack may take.
  let capacity: Int
  private let objects: ObjectStore
  private let state: Mutex<State>

  private struct State: ~Copyable {
    var file: OutputFile?
    var entries: [PackEntry] = []
    /// The objects that somebody adds, or the repository has.
    var claimed: Set<ObjectID> = []
    var contentSize = 0
    var trees: [ObjectID: [UInt8]] = [:]
  }

  private let isKeepingTrees: Bool

  init(for objects: ObjectStore, capacity: Int = .max, isKeepingTrees: Bool = false) {
    self.objects = objects
    self.capacity = capacity
    self.isKeepingTrees = isKeepingTrees
    state = Mutex(State())
  }

  /// Tells whether the caller has to add an object, which nobody else does and the repository lacks.
  func claim(_ id: ObjectID, size: Int) throws -> Bool {
    guard state.withLock({ $0.claimed.insert(id).inserted }), !objects.contains(id) else { return false }
    let total = state.withLock { state in
      state.contentSize += size
      return state.contentSize
    }
    guard total <= capacity else { throw SnapshotError.tooMuch(limit: capacity) }
    return true
  }

  /// How many bytes it has so far.
  var size: Int { state.withLock { $0.file?.size ?? 0 } }

  /// Claims an object that the repository has and that moves into this pack.
  func adopt(_ id: ObjectID) -> Bool { state.withLock { $0.claimed.insert(id).inserted } }

  /// Keeps a claimed tree for readers of trees that are not published yet.
  func keepTree(_ content: Span<UInt8>, id: ObjectID) {
    guard isKeepingTrees else { return }
    let bytes = unsafe content.withUnsafeBytes { unsafe Array($0) }
    state.withLock { $0.trees[id] = bytes }
  }

  func pendingTree(_ id: ObjectID) -> [UInt8]? { state.withLock { $0.trees[id] } }

  /// Adds a claimed object's header and compressed content.
  func append(_ entry: [UInt8], id: ObjectID) throws {
    try state.withLock { state in
      try open(&state)
      let offset = state.file?.size ?? 0
      try state.file?.write(entry)
      let checksum = unsafe entry.withUnsafeBytes { unsafe czlib_crc32(0, $0.baseAddress, $0.count) }
      state.entries.append(PackEntry(id: id, checksum: checksum, offset: offset))
    }
  }

  /// Adds a claimed object in pieces, unless `body` finds in the end that it is another; answers what `body` did.
  func appendPieces(id: ObjectID, _ body: (_ write: ([UInt8]) -> Void) throws -> Bool) throws -> Bool {
    try state.withLock { state in
      try open(&state)
      let offset = state.file?.size ?? 0
      var checksum: UInt32 = 0
      var failure: (any Error)?
      let isRight = try body { piece in
        guard failure == nil else { return }
        do {
          try state.file?.write(piece)
          checksum = unsafe piece.withUnsafeBytes { unsafe czlib_crc32(checksum, $0.baseAddress, $0.count) }
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      if isRight {
        state.entries.append(PackEntry(id: id, checksum: checksum, offset: offset))
      } else {
        state.claimed.remove(id)
        try state.file?.truncate(to: offset)
      }
      return isRight
    }
  }

  private func open(_ state: inout State) throws {
    guard state.file == nil else { return }
    state.file = try OutputFile(in: objects.packFolder, prefix: "tmp_pack_")
    // The number of objects is written in the end.
    try state.file?.write(Array("PACK".utf8) + [0, 0, 0, 2, 0, 0, 0, 0])
  }

  /// Makes the objects the repository's, durably if that is, and answers the pack's name; nil if there was nothing to
  /// add.
  ///
  /// What is only found by a later step may leave the names in the folder to the next who waits for the disk.
  @discardableResult
  func publish(isLast: Bool = true) throws -> String? {
    var none: OutputFile?
    return try publish(isLast: isLast, waitingFor: &none)
  }

  /// Does the same, and waits for another file at once.
  @discardableResult
  func publish(isLast: Bool = true, waitingFor other: inout OutputFile?) throws -> String? {
    try state.withLock { state in
      guard var file = state.file.take() else {
        try other?.sync()
        return nil
      }
      let entries = state.entries
      state.entries = []
      try objects.step("pack.count")
      try file.overwrite(bigEndian(UInt32(entries.count)), at: 8)
      let checksum = try file.digest()
      try file.write(checksum.bytes)
      let name = "pack-\(checksum)"
      try objects.step("index.write")
      var index = try OutputFile(in: objects.packFolder, prefix: "tmp_idx_")
      try PackIndex.write(entries, pack: checksum, to: &index)
      try objects.step("pack.sync")
      if objects.isDurable { try OutputFile.sync(&file, &index, &other) }
      try objects.step("pack.publish")
      // Git sees a pack as soon as it has an index.
      try file.publish(as: name + ".pack")
      try objects.step("index.publish")
      try index.publish(as: name + ".idx")
      if isLast, objects.isDurable {
        try objects.step("folder.sync")
        try FileHandle(folder: objects.packFolder).synchronize()
      }
      objects.refresh()
      return name
    }
  }
}

/// The four bytes of a number as Git writes it.
func bigEndian(_ number: UInt32) -> [UInt8] {
  [UInt8(truncatingIfNeeded: number >> 24), UInt8(truncatingIfNeeded: number >> 16)]
    + [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
}
