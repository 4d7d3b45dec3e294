@unsafe @preconcurrency import Glibc

/// A project in a folder for temporary files, removed with this value.
final class ScratchProject {
  let path: String

  init() throws {
    path = try Self.folder()
    try write("# Plan\n\nWrite a counter into `counter.txt`.\n", to: "MASTER_PLAN.md")
  }

  /// Writes a file in the project's own folder.
  func write(_ text: String, to name: String) throws {
    guard let file = unsafe fopen("\(path)/\(name)", "w") else {
      throw ChildProcess.Failure(description: "'\(path)/\(name)' could not be written.")
    }
    unsafe fputs(text, file)
    unsafe fclose(file)
  }

  /// Copies the folder at `source` with all that is in it.
  init(copying source: String) throws {
    path = try Self.folder()
    _ = try ChildProcess(arguments: ["/bin/cp", "-R", source + "/.", path]).run()
  }

  private static func folder() throws -> String {
    var template = Array("/tmp/autonomy-bench.XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else {
      throw ChildProcess.Failure(description: "No folder for temporary files could be made.")
    }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    _ = try? ChildProcess(arguments: ["/bin/rm", "-rf", path]).run()
  }
}
