@unsafe @preconcurrency import Glibc
import Pipeline

/// A file that is made where there is none, and never written over.
enum NewFile {
  /// Writes the file whole and answers true, or answers false where there is something of that name.
  static func write(_ bytes: some Sequence<UInt8>, to path: String, mode: mode_t = 0o644) throws -> Bool {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else {
      if errno == EEXIST { return false }
      throw failure("'\(path)' cannot be made")
    }
    defer { close(descriptor) }
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let error = failure("'\(path)' cannot be written")
        // Half a file would be taken for the user's own the next time.
        unsafe unlink(path)
        throw error
      }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// The absolute path of a file that an option names, without symbolic links in its folder; throws where that is none.
  static func place(of file: String, for option: String, _ console: Console) throws -> String {
    let path = console.path(file)
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    let (folder, name) = (slash == path.startIndex ? "/" : String(path[..<slash]), path[path.index(after: slash)...])
    guard let place = RealPath.of(folder), FileKind.of(place) == .folder else {
      throw Refusal(.configuration, "The folder '\(folder)' of '\(option)' does not exist. Make it, or name another.")
    }
    guard !name.isEmpty, FileKind.of("\(place)/\(name)") != .folder else {
      throw Refusal(.configuration, "'\(path)' of '\(option)' is a folder. Give the path of a file.")
    }
    return place == "/" ? "/\(name)" : "\(place)/\(name)"
  }

  /// Writes a file whole under a name of its own, and puts it in the place of what is there.
  static func replace(_ bytes: some Sequence<UInt8>, at path: String, mode: mode_t = 0o644) throws {
    let passing = "\(path).\(UInt32.random(in: 0...(.max)))"
    guard try write(bytes, to: passing, mode: mode) else { throw failure("'\(path)' cannot be written") }
    guard unsafe rename(passing, path) == 0 else {
      let error = failure("'\(path)' cannot be written")
      unsafe unlink(passing)
      throw error
    }
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws {
    guard unsafe mkdir(path, 0o755) != 0 else { return }
    switch errno {
    case EEXIST:
      return
    case ENOENT:
      guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
        throw failure("'\(path)' cannot be made")
      }
      try makeFolder(String(path[..<slash]))
      guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else { throw failure("'\(path)' cannot be made") }
    default:
      throw failure("'\(path)' cannot be made")
    }
  }

  private static func failure(_ what: String) -> Refusal {
    Refusal(.environment, "\(what): \(unsafe String(cString: strerror(errno))).")
  }
}
