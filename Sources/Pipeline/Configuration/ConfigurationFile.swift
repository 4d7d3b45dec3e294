@unsafe @preconcurrency import Glibc

/// The bytes of a configuration file.
enum ConfigurationFile {
  /// Larger files are refused: a configuration is written by hand.
  private static let largest = 1 << 20

  /// Reads the file; nil if there is none.
  static func read(_ path: String) throws(ConfigurationError) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw failure(path, reason: errno)
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(path, reason: errno) }
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
      guard bytes.count <= largest else {
        throw ConfigurationError(["\(path): The file is over 1 MiB, which no configuration is."])
      }
    }
  }

  private static func failure(_ path: String, reason: Int32) -> ConfigurationError {
    let text = unsafe strerror(reason).map { unsafe String(cString: $0) } ?? "error \(reason)"
    return ConfigurationError(["\(path): The configuration cannot be read: \(text)."])
  }
}
