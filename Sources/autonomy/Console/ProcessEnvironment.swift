@unsafe @preconcurrency import Glibc

/// What the process was started with.
enum ProcessEnvironment {
  /// The environment variables; of two with one name, the first.
  static func variables() -> [String: String] {
    var variables: [String: String] = [:]
    var entry = unsafe environ
    while let text = unsafe entry.pointee {
      let bytes = Array(unsafe String(cString: text).utf8)
      if let equals = bytes.firstIndex(of: UInt8(ascii: "=")) {
        let name = String(decoding: bytes[..<equals], as: UTF8.self)
        if variables[name] == nil { variables[name] = String(decoding: bytes[(equals + 1)...], as: UTF8.self) }
      }
      unsafe entry += 1
    }
    return variables
  }

  /// The folder that the process stands in.
  static func directory() -> String {
    guard let path = unsafe getcwd(nil, 0) else { return "." }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }
}
