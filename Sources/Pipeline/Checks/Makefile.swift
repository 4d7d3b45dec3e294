/// The rules of a makefile and of those it includes, as far as their names are written out.
struct Makefile {
  /// The names that GNU make looks for, in its order.
  static let names = ["GNUmakefile", "makefile", "Makefile"]

  private static let inclusions: Set<String> = ["include", "-include", "sinclude"]

  private(set) var targets: Set<String> = []

  /// The files that it includes, itself left out; each is read once, though it includes itself again.
  private var includes: Set<String> = []

  /// Takes what a file of the project holds, by its path.
  init(_ bytes: [UInt8], included contents: (String) -> [UInt8]?) {
    read(bytes, contents)
  }

  private mutating func read(_ bytes: [UInt8], _ contents: (String) -> [UInt8]?) {
    for line in Self.lines(bytes) {
      guard let first = line.first, first != 0x09, first != 0x20, first != UInt8(ascii: "#") else { continue }
      let words = Self.words(line)
      if Self.inclusions.contains(words[0]) {
        for path in words.dropFirst().prefix(while: { !$0.hasPrefix("#") }) where includes.insert(path).inserted {
          if let bytes = contents(path) { read(bytes, contents) }
        }
        continue
      }
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")), !line[..<colon].contains(UInt8(ascii: "=")) else {
        continue
      }
      // ":=", "::=" and ":::=" assign; "::" is a rule too.
      if line[colon...].drop(while: { $0 == UInt8(ascii: ":") }).first == UInt8(ascii: "=") { continue }
      targets.formUnion(Self.words(line[..<colon]))
    }
  }

  /// The lines, those that end in a backslash together with the next.
  private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var isContinued = false
    for var line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      let goesOn = line.last == UInt8(ascii: "\\")
      if goesOn { line.removeLast() }
      if isContinued { lines[lines.endIndex - 1] += [0x20] + line } else { lines.append(line) }
      isContinued = goesOn
    }
    return lines
  }

  private static func words(_ line: ArraySlice<UInt8>) -> [String] {
    line.split { $0 == 0x20 || $0 == 0x09 }.map { String(decoding: $0, as: UTF8.self) }
  }
}
