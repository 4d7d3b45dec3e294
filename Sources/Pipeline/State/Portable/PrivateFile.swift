import CSystem
@unsafe @preconcurrency import Glibc

/// A file that only its owner can read, written piece by piece, and there under its name only when it is whole.
package struct PrivateFile: ~Copyable {
  /// Absolute.
  package let path: String
  private let file: UnfinishedFile
  private var buffer: [UInt8]
  package private(set) var size: Int

  private static let pieceSize = 1 << 16

  /// Begins a file at `path`, in a folder that is there; one that has that name already stays until `finish`.
  package init(path: String) throws(WorkspaceError) {
    var status = stat()
    if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw WorkspaceError(.notAFile, path: path, "'\(path)' is there and is no file. Give another name.")
    }
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(errno, "open the folder", folder) }
    file = try UnfinishedFile(in: SharedDescriptor(descriptor), mode: 0o600, named: path)
    (self.path, buffer, size) = (path, [], 0)
  }

  package mutating func write(_ bytes: some Sequence<UInt8>) throws(WorkspaceError) {
    buffer += bytes
    if buffer.count >= Self.pieceSize { try flush() }
  }

  /// Puts the file on disk and gives it its name.
  package mutating func finish() throws(WorkspaceError) {
    try flush()
    try file.synchronize()
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) } ?? path.startIndex
    try file.rename(to: String(path[slash...]), replacing: true)
  }

  private mutating func flush() throws(WorkspaceError) {
    try file.write(buffer)
    size += buffer.count
    buffer.removeAll(keepingCapacity: true)
  }
}
