/// A folder as the last walk found it.
///
/// As long as its own status stays the same, the names in it do, and each file costs one question to the system. The
/// files are kept in two flat lists, because a project may have hundreds of thousands of them.
// Unchecked: during a walk one worker at a time has the folder, handed over through the lock of the walk's queue; at
// other times the walker's only owner has all of them.
final class Folder: @unchecked Sendable {
  let name: FileName
  /// The path from the project's root, with a slash at its end; empty for the root.
  let path: [UInt8]
  /// The id of its tree; nil if there is no file in it.
  var id: ObjectID?
  /// Whether it is ignored, and walked only for extra paths in it.
  var isIgnored = false
  var status: FileStatus?
  var isTrusted = false
  var ignoreFile = IgnoreFile()
  /// The names of all files, each with NUL at its end.
  var names: [UInt8] = []
  /// In the order of their names.
  var files: [FileRecord] = []
  /// In the order of their names as Git sorts those of folders.
  var folders: [Folder] = []
  /// Why names in it are no part of the tree.
  var skips: [ArraySlice<UInt8>: SkipReason] = [:]
  /// Whether the names in it have to be judged by the rules even if they are known.
  var isRejudged = false
  /// Whether the tree has to be made anew.
  var isChanged = false
  /// Whether a cache on disk lacks what the last walks found.
  var isUnsaved = true
  /// What became of it if it could not be entered.
  var failure: FileFailure?
  /// The number of its block in the cache on disk.
  var number: UInt32?

  init(name: FileName, path: [UInt8]) {
    self.name = name
    self.path = path
  }

  /// The path without the slash; empty for the root.
  var barePath: ArraySlice<UInt8> { path.dropLast() }

  /// The name as Git sorts it: as if a slash followed.
  var sortKey: [UInt8] { name.text + [slash] }

  /// The path of a file in it.
  func path(of file: FileRecord) -> ProjectPath {
    ProjectPath(trusted: path + names[file.nameRange])
  }

  /// Forgets everything about what is in it.
  func reset() {
    (id, status, isTrusted, ignoreFile) = (nil, nil, false, IgnoreFile())
    (names, files, folders, skips) = ([], [], [], [:])
    isUnsaved = true
  }

  static let ignoreFileName = FileName(".gitignore".utf8)
}

let slash = UInt8(ascii: "/")
