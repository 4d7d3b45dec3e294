@unsafe @preconcurrency import Glibc
import TestSupport

/// A folder that changes at random: files, folders and ignore rules come, change and go.
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
      let place = number(0...1) == 0 ? ".gitignore" : name() + "/.gitignore"
      var lines: [String] = []
      for _ in 0..<number(0...4) { lines.append(pattern()) }
      // Fails where a file stands in the way; then there is simply one rule less.
      guard (try? folder.write(lines.joined(separator: "\n") + "\n", to: place)) != nil else { continue }
      rules[place] = lines
    }
  }

  private mutating func changeAFile() {
    var components: [String] = []
    for _ in 0..<number(1...4) { components.append(name()) }
    let path = components.joined(separator: "/")
    if number(0...5) == 0 {
      unsafe unlink(folder.appending(path))
      unsafe rmdir(folder.appending(path))
    } else {
      // Fails where a folder stands in the way; then there is simply one file less.
      _ = try? folder.write("\(number(0...3))", to: path, mode: number(0...1) == 0 ? 0o644 : 0o755)
    }
  }

  private mutating func number(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &generator)
  }

  private mutating func name() -> String {
    let names = ["a", "b", "ab", "a.o", "b.txt", "build", "x-y", "a b", "doc", ".h", "é", "#c", "!d", "a0"]
    return names[number(0...(names.count - 1))]
  }

  /// A rule; `A` and `B` in its shape are replaced by names.
  private mutating func pattern() -> String {
    let shape = Self.shapes[number(0...(Self.shapes.count - 1))]
    let (first, second) = (name(), name())
    return String(
      decoding: shape.utf8.flatMap { byte in
        switch byte {
        case UInt8(ascii: "A"): Array(first.utf8)
        case UInt8(ascii: "B"): Array(second.utf8)
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
    "[z-a]", "A//B", "./A", "?*", "[a\\]b]*", "A/ ", "\\*", "*\\", "[[:alpha]", "a?b", "!**/A",
  ]
}
