package import SourceControl

/// One file as it was and as it shall be; both hashes make it possible to tell afterwards whether it was carried out.
package struct FileChange: Hashable, Sendable {
  /// The place of the file itself, with no symbolic link on the way.
  package var path: ProjectPath
  /// The content that the change builds on; nil if there must be no such file.
  package var before: ObjectID?
  /// The content afterwards; nil if the file goes.
  package var after: ObjectID?
  package var content: [UInt8]?
  /// The permissions of a new file; a file that is there keeps its own.
  package var mode: UInt16

  package init(
    path: ProjectPath,
    before: ObjectID?,
    after: ObjectID?,
    content: [UInt8]?,
    mode: UInt16 = Self.plainMode
  ) {
    self.path = path
    self.before = before
    self.after = after
    self.content = content
    self.mode = mode
  }

  /// Read and write for all, before the process's file mode creation mask.
  package static let plainMode: UInt16 = 0o666
  package static let executableMode: UInt16 = 0o777

  /// What is true of a change that was journalled.
  package enum Standing: Hashable, Sendable {
    /// The file has its content from before.
    case pending
    /// The file has its content from after.
    case applied
    /// The file has neither.
    case conflict
  }
}
