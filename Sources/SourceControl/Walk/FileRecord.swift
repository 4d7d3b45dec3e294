/// What is known of a name in a folder that is no folder itself, in as few bytes as it takes.
struct FileRecord: BitwiseCopyable, Sendable {
  private var inode: UInt64 = 0
  private(set) var size = 0
  private var modified = 0
  private var changed = 0
  private(set) var id = ObjectID.emptyTree
  private(set) var mode: UInt32 = 0
  /// Where the name begins in its folder's list of names.
  var name: UInt32
  private var length: UInt16
  private(set) var state = State.unknown
  private var isTrusted = false

  /// What became of the file.
  enum State: UInt8, BitwiseCopyable {
    case unknown
    case present
    case skipped
  }

  /// Makes the record of a name that nothing is known of yet.
  init(name: Range<Int>) {
    self.name = UInt32(name.lowerBound)
    length = UInt16(name.count)
  }

  var nameRange: Range<Int> { Int(name)..<(Int(name) + Int(length)) }
  var isPresent: Bool { state == .present }
  var permissions: UInt32 { mode & 0o7777 }

  var kind: FileEntry.Kind {
    switch mode & 0o170_000 {
    case 0o120_000: .link
    default: mode & 0o100 != 0 ? .executable : .file
    }
  }

  var entry: FileEntry? {
    isPresent ? FileEntry(kind: kind, size: size, modified: modified, inode: inode, id: id) : nil
  }

  /// Tells whether a status promises that the content is the known one.
  func isCurrent(_ status: FileStatus) -> Bool {
    isTrusted && inode == status.inode && changed == status.changed && modified == status.modified
      && size == status.size && mode == status.mode
  }

  /// Takes a content that was read; `isTrusted` says whether its status promises it from now on.
  mutating func take(_ status: FileStatus, id: ObjectID, isTrusted: Bool) {
    (inode, size, modified, changed, mode) = (status.inode, status.size, status.modified, status.changed, status.mode)
    (self.id, self.isTrusted, state) = (id, isTrusted, .present)
  }

  /// Forgets the content; `isSkipped` says whether there is one that could not be had.
  mutating func drop(isSkipped: Bool) {
    (isTrusted, state) = (false, isSkipped ? .skipped : .unknown)
  }
}
