@unsafe @preconcurrency import Glibc

/// Data that tests read and that is not part of the repository: in a folder `shared` beside it or above it.
///
/// A suite that needs it is enabled only where it is there, with a comment that names it.
package enum SharedFolder {
  /// The path of a folder such as `data/ollama`, or nil where it is not.
  package static func path(_ name: String) -> String? {
    var path = #filePath[...]
    while let slash = path.lastIndex(of: "/") {
      path = path[..<slash]
      let candidate = "\(path)/shared/\(name)"
      if unsafe access(candidate, R_OK) == 0 { return candidate }
    }
    return nil
  }

  /// The names of the files in a folder, sorted.
  package static func names(in folder: String) -> [String] {
    guard let directory = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      names.append(
        unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
          unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
        }
      )
    }
    return names.filter { !$0.hasPrefix(".") }.sorted()
  }

  /// The bytes of a file, or nothing where it cannot be read.
  package static func bytes(of path: String) -> [UInt8] {
    guard let file = unsafe fopen(path, "re") else { return [] }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while case let count = unsafe fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return bytes
  }
}
