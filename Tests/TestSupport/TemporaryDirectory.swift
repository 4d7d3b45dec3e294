@unsafe @preconcurrency import Glibc

/// A folder that is there for one test and gone, with all in it, when the last reference is.
package final class TemporaryDirectory: Sendable {
  /// Absolute, without a symbolic link in it.
  package let path: String

  /// Makes a folder in `parent`; in memory, `/dev/shm` waits for no disk.
  package init(in parent: String = "/tmp") throws {
    var template = Array("\(parent)/autonomy-test-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw TestFileError(path: parent, errno: errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    Self.remove(path)
  }

  /// The absolute path of something inside.
  package func appending(_ relative: String) -> String { "\(path)/\(relative)" }

  /// Makes a folder directly inside, unless it is there.
  package func makeFolder(_ name: String) {
    unsafe mkdir(appending(name), 0o755)
  }

  /// Writes a file inside, making the folders above it, and answers its absolute path.
  @discardableResult
  package func write(_ text: String, to relative: String, mode: UInt32 = 0o644) throws -> String {
    try write(Array(text.utf8), to: relative, mode: mode)
  }

  @discardableResult
  package func write(_ bytes: [UInt8], to relative: String, mode: UInt32 = 0o644) throws -> String {
    let target = appending(relative)
    var position = path.utf8.count + 1
    let characters = Array(target.utf8)
    while let slash = characters[position...].firstIndex(of: UInt8(ascii: "/")) {
      unsafe mkdir(String(decoding: characters[..<slash], as: UTF8.self), 0o755)
      position = slash + 1
    }
    let descriptor = unsafe open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw TestFileError(path: target, errno: errno) }
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard written > 0 else { throw TestFileError(path: target, errno: errno) }
      rest = rest.dropFirst(written)
    }
    fchmod(descriptor, mode)
    return target
  }

  /// The bytes of a file inside, or nil if there is none.
  package func bytes(of relative: String) -> [UInt8]? {
    let descriptor = unsafe open(appending(relative), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
  }

  /// Makes an empty file in the folder at `relative`, under a name that is no text.
  package func writeUnreadableName(in relative: String) {
    let path = (Array(appending(relative).utf8) + Array("/caf".utf8) + [0xE9, 0]).map { CChar(bitPattern: $0) }
    close(unsafe open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o644))
  }

  /// The text of a file inside, or nil if there is none.
  package func text(of relative: String) -> String? {
    bytes(of: relative).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The names of what is directly inside, sorted.
  package func names() -> [String] { Self.names(in: path).sorted() }

  /// Removes what is inside at a path, which need not be text.
  package func remove(at relative: [UInt8]) {
    Self.remove((Array(path.utf8) + Array("/".utf8) + relative).map { CChar(bitPattern: $0) })
  }

  package static func remove(_ path: String) {
    remove(path.utf8.map { CChar(bitPattern: $0) })
  }

  /// Removes by the bytes of the names, some of which may be no text.
  private static func remove(_ path: [CChar]) {
    let terminated = path + [0]
    if unsafe unlink(terminated) == 0 { return }
    unsafe chmod(terminated, 0o700)
    guard let directory = unsafe opendir(terminated) else { return }
    var names: [[CChar]] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { name in
          unsafe Array(UnsafeBufferPointer(start: name, count: strlen(name)))
        }
      }
      if name != [0x2E] && name != [0x2E, 0x2E] { names.append(name) }
    }
    unsafe closedir(directory)
    for name in names { remove(path + [0x2F] + name) }
    unsafe rmdir(terminated)
  }

  /// The names of what is directly in a folder, in no order.
  package static func names(in path: String) -> [String] {
    guard let directory = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
}

/// A file that a test could not write.
package struct TestFileError: Error {
  package let path: String
  package let errno: Int32
}
