@unsafe @preconcurrency import Glibc
import TestSupport

/// A folder that changes at random: files, folders, links, modes and ignore rules come, change and go.
///
/// Names may be no text; every path is walked name by name, so that no link leads out of the folder.
struct RandomProject {
  let folder: TemporaryDirectory
  private var generator: SeededGenerator
  /// The rules written so far, for the message of a failure.
  private(set) var rules: [String: [String]] = [:]

  init(in folder: TemporaryDirectory, seed: UInt64) {
    self.folder = folder
    generator = SeededGenerator(seed: seed)
  }

  /// Makes a few dozen changes.
  mutating func change() {
    for _ in 0..<25 { changeAFile() }
    for _ in 0..<number(0...2) {
      let place = number(0...1) == 0 ? [] : [name()]
      var lines: [String] = []
      for _ in 0..<number(0...4) { lines.append(pattern()) }
      // Fails where a file stands in the way; then there is simply one rule less.
      guard
        write(Array((lines.joined(separator: "\n") + "\n").utf8), to: place + [Array(".gitignore".utf8)], mode: 0o644)
      else { continue }
      rules[place.first.map { String(decoding: $0, as: UTF8.self) } ?? "/"] = lines
    }
  }

  private mutating func changeAFile() {
    var path: [[UInt8]] = []
    for _ in 0..<number(1...4) { path.append(name()) }
    let content = Array("\(number(0...3))".utf8)
    let mode = [0o644, 0o644, 0o755, 0o600, 0o750][number(0...4)]
    switch number(0...11) {
    case 0, 1:
      at(path) { folder, name in unsafe unlinkat(folder, name, 0) == 0 || unlinkat(folder, name, AT_REMOVEDIR) == 0 }
    case 2: at(path) { folder, name in unsafe fchmodat(folder, name, mode_t(mode), AT_SYMLINK_NOFOLLOW) == 0 }
    case 3: link(to: name(), at: path)
    case 4: editSecretly(path, content)
    case 5: at(path + [name()]) { _, _ in true }
    // Each fails where something else stands in the way; then there is simply one change less.
    default: write(content, to: path, mode: UInt32(mode))
    }
  }

  private mutating func link(to target: [UInt8], at path: [[UInt8]]) {
    let target = (target + [0]).map { CChar(bitPattern: $0) }
    at(path) { folder, name in unsafe symlinkat(target, folder, name) == 0 }
  }

  /// Writes other bytes of the same number, and puts the time of the last change back.
  private func editSecretly(_ path: [[UInt8]], _ content: [UInt8]) {
    at(path) { folder, name in
      var status = stat()
      guard unsafe fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFREG else {
        return false
      }
      let file = unsafe openat(folder, name, O_WRONLY | O_NOFOLLOW)
      defer { close(file) }
      _ = unsafe content.withUnsafeBytes { unsafe pwrite(file, $0.baseAddress, $0.count, 0) }
      return unsafe futimens(file, [status.st_atim, status.st_mtim]) == 0
    }
  }

  @discardableResult
  private func write(_ content: [UInt8], to path: [[UInt8]], mode: UInt32) -> Bool {
    at(path) { folder, name in
      let file = unsafe openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode)
      guard file >= 0 else { return false }
      defer { close(file) }
      _ = unsafe content.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
      return fchmod(file, mode) == 0
    }
  }

  /// Opens the folders of a path, makes those that are missing, and lends the last one with the last name.
  @discardableResult
  private func at(_ path: [[UInt8]], _ body: (Int32, [CChar]) -> Bool) -> Bool {
    var current = unsafe open(folder.path, O_RDONLY | O_DIRECTORY)
    defer { close(current) }
    for name in path.dropLast() {
      let name = (name + [0]).map { CChar(bitPattern: $0) }
      unsafe mkdirat(current, name, 0o755)
      let next = unsafe openat(current, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
      guard next >= 0 else { return false }
      close(current)
      current = next
    }
    return body(current, ((path.last ?? []) + [0]).map { CChar(bitPattern: $0) })
  }

  private mutating func number(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &generator)
  }

  private mutating func name() -> [UInt8] {
    // The first is no text; two look alike; one has a line feed, which no rule can name.
    if number(0...14) == 0 { return [0xFF, 0x61] }
    let names = [
      "a", "b", "ab", "a.o", "b.txt", "build", "x-y", "a b", "doc", ".h", "\u{E9}", "e\u{301}", "#c", "!d", "a0",
      "n\nl", "a\\b",
    ]
    return Array(names[number(0...(names.count - 1))].utf8)
  }

  /// A rule; `A` and `B` in its shape are replaced by names.
  private mutating func pattern() -> String {
    let shape = Self.shapes[number(0...(Self.shapes.count - 1))]
    let (first, second) = (name(), name())
    return String(
      decoding: shape.utf8.flatMap { byte in
        switch byte {
        case UInt8(ascii: "A"): first
        case UInt8(ascii: "B"): second
        default: [byte]
        }
      },
      as: UTF8.self
    )
  }

  private static let shapes = [
    "A", "/A", "A/", "A/B", "/A/B/", "!A", "!/A", "!A/", "*", "/*", "*A", "A*", "*.o", "!*.o", "**/A", "A/**", "A/**/B",
    "A**B", "A/b**/B", "*/A", "A/*", "A/*B", "[ab]", "[!a]*", "[a-c]?", "?", "a[[:digit:]]", "[]a]b", "\\A", "\\#c",
    "\\!d", "A  ", "a\\ b", "# A", "", "[a", "A\\", "A\r", "/", "!", "!A/B", "**A", "/**/A", "A/*/", "**", "*/*",
    "[[:bad:]]", "[a-]*", "[\\a-b]", "*A*/B*", "A/**/**", "**/A/**/B", "***/a", "[^b]", "A\t", "a[/]b", "[[:alpha:]-z]",
    "[z-a]", "A//B", "./A", "?*", "[a\\]b]*", "A/ ", "\\*", "*\\", "[[:alpha]", "a?b", "!**/A", ".gitignore",
  ]
}
