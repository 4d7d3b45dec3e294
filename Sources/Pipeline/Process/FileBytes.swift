@unsafe @preconcurrency import Glibc

/// Whole small files and folders, read with one call.
package enum FileBytes {
  /// The first `limit` bytes of the file, or nil if it cannot be read.
  package static func read(_ path: String, limit: Int = 1 << 20) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while bytes.count < limit {
      let count = unsafe Glibc.read(descriptor, &buffer, min(buffer.count, limit - bytes.count))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return nil }
      guard count > 0 else { break }
      bytes.append(contentsOf: buffer[..<count])
    }
    return bytes
  }

  /// The names in the folder, without `.` and `..`, in no order; nil if it cannot be read.
  package static func names(in folder: String) -> [String]? { entries(in: folder).map { $0.map(\.name) } }

  /// The names in the folder with their kinds, links not followed.
  static func entries(in folder: String) -> [(name: String, kind: FileKind)]? {
    rawEntries(in: Array(folder.utf8CString))?.compactMap { bytes, type in
      let name = String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let kind: FileKind? =
        switch type {
        case Int(DT_REG): .file
        case Int(DT_DIR): .folder
        case Int(DT_LNK): .link
        case Int(DT_UNKNOWN): FileKind.ofEntry("\(folder)/\(name)")
        default: .other
        }
      return kind.map { (name, $0) }
    }
  }

  /// The names as they are on disk, which need not be text, each with the NUL at its end that `folder` has too.
  static func rawNames(in folder: [CChar]) -> [[CChar]]? { rawEntries(in: folder)?.map(\.name) }

  private static func rawEntries(in folder: [CChar]) -> [(name: [CChar], type: Int)]? {
    guard let stream = unsafe opendir(folder) else { return nil }
    defer { unsafe closedir(stream) }
    var entries: [(name: [CChar], type: Int)] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
        unsafe raw.prefix { $0 != 0 }.map { CChar(bitPattern: $0) }
      }
      let isOfAnyFolder = name.count <= 2 && name.allSatisfy { $0 == CChar(bitPattern: UInt8(ascii: ".")) }
      if !isOfAnyFolder { entries.append((name + [0], unsafe Int(entry.pointee.d_type))) }
    }
    return entries
  }
}
