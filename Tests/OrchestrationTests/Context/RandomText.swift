import TestSupport

/// Texts of all kinds, mixed: prose in several scripts, logs, code blocks, repetitions, blanks, and marks.
struct RandomText {
  let text: String
  /// The code blocks in it, fences included.
  let code: [String]

  init(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let end = seed % 5 == 0 ? "\r\n" : "\n"
    var pieces: [String] = []
    var code: [String] = []
    for _ in 0..<Int.random(in: 0...40, using: &random) {
      let kind = Int.random(in: 0..<10, using: &random)
      var piece = Self.piece(kind, &random).joined(separator: end)
      if kind == 0 { code.append(piece) }
      if kind == 1, let old = pieces.randomElement(using: &random), !old.contains("```") { piece = old }
      pieces.append(piece)
    }
    let gaps = [end, end + end, end + end + end]
    var text = ""
    for piece in pieces { text += piece + end + (gaps.randomElement(using: &random) ?? end) }
    if seed % 3 == 0 {
      while text.utf8.last == 0x0A || text.utf8.last == 0x0D { text.removeLast() }
    }
    self.text = text
    self.code = code
  }

  private static func piece(_ kind: Int, _ random: inout SeededGenerator) -> [String] {
    let count = Int.random(in: 1...12, using: &random)
    switch kind {
    case 0: return ["```swift"] + (0..<count).map { "  let a\($0 % 3) = b  // x" } + ["", "", "```"]
    case 2: return (0..<count).map { "2026-01-0\($0 % 9 + 1) 12:00:00 INFO request \($0 % 4) served" }
    case 3: return [String(repeating: " \n", count: count * 4)]
    case 4: return ["# Heading \(count)"]
    case 5: return [sentences(["Größe", "Übung", "Straße", "für", "laufen"], count * 20, &random)]
    case 6: return [sentences(["系统", "请求", "缓存", "数据库", "日志"], count * 10, &random)]
    case 7:
      return ["[… \(count) lines as above from \"x\" …]", "after it" + String(repeating: " ", count: count * 9) + "e"]
    case 8: return ["paragraph:", ""] + (0..<count).map { "    indented(\($0))" }
    case 9: return [String(repeating: "é\u{1F600}", count: count * 60)]
    default: return (0..<count).map { _ in sentences(["the", "task", "fails", "with", "error", "42"], 12, &random) }
    }
  }

  private static func sentences(_ words: [String], _ count: Int, _ random: inout SeededGenerator) -> String {
    (0..<count).map { _ in words.randomElement(using: &random) ?? "" }.joined(separator: " ")
  }
}
