import CSystem
@unsafe @preconcurrency import Glibc

extension ProjectFolder {
  /// Reads the regular file at `place` whole; nil if there is none.
  func bytes(at place: Place, limit: Int) throws(WorkspaceError) -> [UInt8]? {
    let text = place.components.joined(separator: "/")
    switch place.kind {
    case .missing: return nil
    case .folder: throw WorkspaceError(.notAFile, path: text, "'\(text)' is a folder, not a file.")
    case .special: throw WorkspaceError(.notAFile, path: text, "'\(text)' is no regular file.")
    case .file:
      return try Self.file(place.name, in: place.folder, named: text, limit: limit).bytes
    }
  }

  /// A file's bytes and what the file system says of it, from one and the same open file.
  struct OpenedFile {
    let bytes: [UInt8]
    let status: stat
  }

  static func file(
    _ name: String,
    in folder: SharedDescriptor,
    named text: String,
    limit: Int
  ) throws(WorkspaceError) -> OpenedFile {
    // Without O_NONBLOCK, opening a FIFO that took the file's place would wait for a writer.
    let number = unsafe openat(folder.number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard number >= 0 else { throw .system(errno, "read", text) }
    let descriptor = SharedDescriptor(number)
    var status = stat()
    guard unsafe fstat(number, &status) == 0 else { throw .system(errno, "read", text) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .changed(text) }
    let tooLarge = WorkspaceError(
      .tooLarge,
      path: text,
      "'\(text)' has \(status.st_size) bytes; files of more than \(limit) bytes are not read."
    )
    guard status.st_size <= limit else { throw tooLarge }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.st_size))
    var buffer = [UInt8](repeating: 0, count: min(max(Int(status.st_size), 1) + 1, 1 << 18))
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor.number, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .system(errno, "read", text) }
      if count == 0 { return OpenedFile(bytes: bytes, status: status) }
      bytes += buffer[..<count]
      guard bytes.count <= limit else { throw tooLarge }
    }
  }
}
