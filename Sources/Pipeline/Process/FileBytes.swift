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
  package static func names(in folder: String) -> [String]? {
    entries(in: folder).map { $0.map(\.name) }
  }

  /// The names in the folder as they are on disk, which need not be text, each with the NUL at its end as the folder's
  /// path has it; nil if it cannot be read.
  static func rawNames(in folder: [CChar]) -> [[CChar]]? {
    guard let stream = unsafe opendir(folder) else { return nil }
    defer { unsafe closedir(stream) }
    var names: [[CChar]] = []
    while let entry = unsafe readdir(stream) {
      let bytes = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) }
      guard bytes != Array(".".utf8), bytes != Array("..".utf8) else { continue }
      names.append(bytes.map { CChar(bitPattern: $0) } + [0])
    }
    return names
  }

  /// The names in the folder with their kinds, links not followed.
  static func entries(in folder: String) -> [(name: String, kind: FileKind)]? {
    guard let stream = unsafe opendir(folder) else { return nil }
    defer { unsafe closedir(stream) }
    var entries: [(name: String, kind: FileKind)] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
        unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name != ".", name != ".." else { continue }
      let kind: FileKind? =
        switch unsafe Int(entry.pointee.d_type) {
        case Int(DT_REG): .file
        case Int(DT_DIR): .folder
        case Int(DT_LNK): .link
        case Int(DT_UNKNOWN): FileKind.ofEntry("\(folder)/\(name)")
        default: .other
        }
      if let kind { entries.append((name, kind)) }
    }
    return entries
  }
}
