/// The offered tools by name, and by what is left of a name without case and separators.
struct ToolIndex: Sendable {
  let tools: [ToolSchema]
  let changeFiles: Bool
  private let exact: [String: Int]
  /// A spelling that two tools share leads to none.
  private let loose: [String: Int?]
  /// Names without their namespace, where they say enough by themselves.
  private let unqualified: [String: Int?]
  private let shortest: Int
  private let longest: Int

  init(_ tools: [ToolSchema]) {
    self.tools = tools
    changeFiles = tools.contains(where: \.changesFiles)
    var exact: [String: Int] = [:]
    var loose: [String: Int?] = [:]
    var unqualified: [String: Int?] = [:]
    for (index, tool) in tools.enumerated() {
      exact[tool.name] = index
      let words = Self.words(tool.name)
      loose.updateValue(loose.keys.contains(words) ? nil : index, forKey: words)
      guard let last = Self.lastPart(tool.name), !tool.changesFiles else { continue }
      unqualified.updateValue(unqualified.keys.contains(last) ? nil : index, forKey: last)
    }
    self.exact = exact
    self.loose = loose
    self.unqualified = unqualified
    shortest = (tools.map(\.name.utf8.count) + unqualified.keys.map(\.utf8.count)).min().map { $0 / 2 } ?? 0
    longest = tools.map(\.name.utf8.count).max() ?? 0
  }

  /// The tool of that name, and whether its spelling differs.
  func tool(_ name: String) -> (tool: ToolSchema, mends: Mends)? {
    if let index = exact[name] { return (tools[index], []) }
    let bare = Self.withoutNamespace(name)
    if let index = exact[bare] { return (tools[index], .toolName) }
    let words = Self.words(bare)
    guard let index = (loose[words] ?? nil) ?? (unqualified[words] ?? nil) else { return nil }
    return (tools[index], .toolName)
  }

  /// The tool whose name these bytes of the text are, maybe with underscores escaped; most bytes are no name at all.
  func tool(_ bytes: ArraySlice<UInt8>) -> (tool: ToolSchema, mends: Mends)? {
    guard bytes.count >= shortest, bytes.count <= 3 * longest + 16 else { return nil }
    let isEscaped = bytes.contains(UInt8(ascii: "\\"))
    return tool(String(decoding: isEscaped ? bytes.filter { $0 != UInt8(ascii: "\\") }[...] : bytes, as: UTF8.self))
  }

  /// The words of a name in lower case, whatever separates them: `readFile`, `read.file` and `Read_File` are one.
  static func words(_ name: String) -> String {
    var words: [UInt8] = []
    var previous: UInt8 = 0
    for byte in name.utf8 {
      if Bytes.isLetter(byte) || Bytes.isDigit(byte) || byte >= 0x80 {
        let isUpper = (0x41...0x5A).contains(byte)
        if isUpper, (0x61...0x7A).contains(previous), words.last != UInt8(ascii: "_") {
          words.append(UInt8(ascii: "_"))
        }
        words.append(isUpper ? byte | 0x20 : byte)
      } else if !"_-. /".utf8.contains(byte) {
        words.append(byte)
      } else if !words.isEmpty, words.last != UInt8(ascii: "_") {
        words.append(UInt8(ascii: "_"))
      }
      previous = byte
    }
    while words.last == UInt8(ascii: "_") { words.removeLast() }
    return String(decoding: words, as: UTF8.self)
  }

  /// The words behind the last point of a name, if there are at least two: one alone, as `get`, could mean anything.
  private static func lastPart(_ name: String) -> String? {
    guard let point = name.lastIndex(of: ".") else { return nil }
    let words = words(String(name[name.index(after: point)...]))
    return words.utf8.contains(UInt8(ascii: "_")) ? words : nil
  }

  /// A name in lower case, without what separates its words.
  static func spelling(_ name: String) -> String {
    let kept = name.utf8.filter { !"_-. ".utf8.contains($0) }
    return String(decoding: kept.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }

  /// A name without the `functions.` before it and the `:0` after it, as some models were trained to write them.
  private static func withoutNamespace(_ name: String) -> String {
    var bytes = ArraySlice(name.utf8)
    for prefix in ["functions.", "tools.", "default_api."] where bytes.starts(with: prefix.utf8) {
      bytes = bytes.dropFirst(prefix.utf8.count)
      break
    }
    if let colon = bytes.lastIndex(of: UInt8(ascii: ":")),
      bytes[(colon + 1)...].allSatisfy({ (0x30...0x39).contains($0) })
    {
      bytes = bytes[..<colon]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
