/// The rules of a makefile, as far as their names are written out in it.
struct Makefile {
  /// The names that GNU make looks for, in its order.
  static let names = ["GNUmakefile", "makefile", "Makefile"]

  private(set) var targets: Set<String> = []

  init(_ bytes: [UInt8]) {
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let first = line.first, first != 0x09, first != 0x20, first != UInt8(ascii: "#") else { continue }
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")), !line[..<colon].contains(UInt8(ascii: "=")) else {
        continue
      }
      // ":=", "::=" and ":::=" assign; "::" is a rule too.
      if line[colon...].drop(while: { $0 == UInt8(ascii: ":") }).first == UInt8(ascii: "=") { continue }
      for word in line[..<colon].split(whereSeparator: { $0 == 0x20 || $0 == 0x09 }) {
        targets.insert(String(decoding: word, as: UTF8.self))
      }
    }
  }
}
