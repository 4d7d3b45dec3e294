import CLibGit2

/// The objects of a bare repository, read through libgit2.
// Unchecked: libgit2's database of objects locks itself, and the pointer stays the same.
@safe final class ObjectStore: @unchecked Sendable {
  let packFolder: String
  /// Told before each step that changes something on disk, so that tests can end it there.
  let step: StepObserver
  /// Whether what is added must outlast a loss of power.
  let isDurable: Bool
  private let database: OpaquePointer

  /// Opens the objects in `folder`, which may be empty.
  init(folder: String, isDurable: Bool = true, step: @escaping StepObserver) throws {
    _ = try LibGit2.loaded()
    packFolder = folder + "/pack"
    self.isDurable = isDurable
    self.step = step
    var database: OpaquePointer?
    guard unsafe libgit2_objects_open(&database, folder) == 0, let database = unsafe database else {
      throw LibGit2.failure()
    }
    unsafe self.database = unsafe database
  }

  deinit {
    unsafe libgit2_objects_free(database)
  }

  /// Tells whether an object was there at the last refresh.
  func contains(_ id: ObjectID) -> Bool {
    unsafe id.withPointer { unsafe libgit2_objects_contain(database, $0) == 1 }
  }

  /// Finds packs that came, and forgets those that went.
  func refresh() {
    _ = unsafe libgit2_objects_refresh(database)
  }

  /// Reads an object whose content has its id, or fails.
  func read(_ id: ObjectID, as kind: ObjectKind) throws -> [UInt8] {
    guard let bytes = try object(id, as: kind) else { throw SnapshotError.missing(id) }
    return bytes
  }

  /// Reads an object of any kind, or fails.
  func read(_ id: ObjectID) throws -> (kind: ObjectKind, content: [UInt8]) {
    for kind in [ObjectKind.blob, .tree, .commit] {
      if let content = try object(id, as: kind) { return (kind, content) }
    }
    throw SnapshotError.missing(id)
  }

  /// Tells whether a file's content is there and has its id.
  func hasWhole(_ id: ObjectID) -> Bool { (try? object(id, as: .blob)) != nil }

  /// Reads a tree.
  func tree(_ id: ObjectID) throws -> TreeEntries {
    guard let tree = TreeEntries(try read(id, as: .tree)) else {
      throw SnapshotError.damaged("the tree \(id) is not readable")
    }
    return tree
  }

  /// Reads an object; nil if it is not there or of another kind.
  func object(_ id: ObjectID, as kind: ObjectKind) throws -> [UInt8]? {
    var content = unsafe libgit2_content()
    let status = unsafe id.withPointer { unsafe libgit2_objects_read(&content, database, $0) }
    guard status >= 0 else { throw SnapshotError.damagedObject(id, problem: LibGit2.failure().message) }
    guard status == 1 else { return nil }
    defer { unsafe libgit2_content_free(&content) }
    guard unsafe content.kind == Int32(kind.rawValue) else { return nil }
    return unsafe Array(UnsafeRawBufferPointer(start: content.bytes, count: content.size))
  }
}

/// Told the name of the step that comes next; what it throws ends the work there.
package typealias StepObserver = @Sendable (_ step: StaticString) throws -> Void

extension LibGit2 {
  /// The reason of this thread's last failure.
  static func failure() -> LibGit2Error {
    LibGit2Error(reason: .failed, message: unsafe String(cString: libgit2_error()))
  }
}
