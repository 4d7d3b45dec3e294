@unsafe @preconcurrency import Glibc

/// A folder of files that look like sources, a fifth as many ignored ones, and rules at two depths.
final class SampleTree {
  let path: String
  private let base: String
  private let fileCount: Int
  private var generator = Numbers()
  private var paths: [String] = []

  /// Where the snapshots go: beside the tree, so that Git does not look at them.
  var store: String { base + "/store" }

  init(fileCount: Int) throws {
    self.fileCount = fileCount
    var template = Array("/tmp/autonomy-bench.XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else {
      throw ChildProcess.Failure(description: "No folder for temporary files could be made.")
    }
    base = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    path = base + "/project"
    unsafe mkdir(path, 0o755)
    let folderCount = fileCount <= 1000 ? 100 : fileCount <= 10_000 ? 300 : 400
    for index in 0..<folderCount { try makeFolder(index) }
    unsafe mkdir(path + "/build", 0o755)
    try write("build/\n*.o\n", to: "\(path)/.gitignore")
    for index in 0..<fileCount {
      let file = "\(path)/\(folder(index % folderCount))/source\(index).swift"
      paths.append(file)
      try write(text(), to: file)
    }
    for index in 0..<(fileCount / 5) { try write("object \(index)", to: "\(path)/build/\(index).o") }
  }

  deinit {
    _ = try? ChildProcess(arguments: ["/bin/rm", "-rf", base]).run()
  }

  private func folder(_ index: Int) -> String { "part\(index % 10)/module\(index)" }

  private func makeFolder(_ index: Int) throws {
    unsafe mkdir("\(path)/part\(index % 10)", 0o755)
    unsafe mkdir("\(path)/\(folder(index))", 0o755)
    if index % 20 == 0 { try write("*.tmp\n/generated/\n", to: "\(path)/\(folder(index))/.gitignore") }
  }

  /// Writes ten files anew.
  func changeTen() throws {
    for _ in 0..<10 { try write(text(), to: paths[Int(generator.next() % UInt64(paths.count))]) }
  }

  /// Lines of words, about a kibibyte of them in most files.
  private func text() -> String {
    let words = [
      "let", "value", "=", "func", "return", "index", "count", "string", "if", "else", "{", "}", "self", "try",
    ]
    var text = ""
    let size = 200 << (generator.next() % 5)
    while text.utf8.count < size {
      text += words[Int(generator.next() % UInt64(words.count))]
      text += generator.next() % 9 == 0 ? " \(generator.next() % 100_000)\n" : " "
    }
    return text
  }

  private func write(_ text: String, to file: String) throws {
    guard let stream = unsafe fopen(file, "w") else {
      throw ChildProcess.Failure(description: "'\(file)' could not be written.")
    }
    unsafe fputs(text, stream)
    unsafe fclose(stream)
  }

  /// The bytes that a folder takes on disk, in whole blocks.
  static func size(of folder: String) throws -> Int {
    var size = 0
    guard let directory = unsafe opendir(folder) else { return 0 }
    defer { unsafe closedir(directory) }
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      var status = stat()
      guard unsafe lstat("\(folder)/\(name)", &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        size += try Self.size(of: "\(folder)/\(name)")
      } else {
        size += Int(status.st_blocks) * 512
      }
    }
    return size
  }

  /// The same numbers in every run.
  private struct Numbers {
    private var state: UInt64 = 88_172_645_463_325_252

    mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
  }
}
