extension Duration {
  /// What a duration looks like, said to a user who wrote something else.
  package static let textExpectation = "a duration such as '90s', '10m' or '1h30m'"

  /// Reads whole numbers with the units `d`, `h`, `m`, `s` and `ms`, the larger ones first: `8h`, `1h30m`, `250ms`.
  package init?(text: String) {
    var milliseconds = 0
    var lastScale = Int.max
    var rest = Array(text.utf8)[...]
    repeat {
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      rest = rest[digits.endIndex...]
      let unit = rest.prefix { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      rest = rest[unit.endIndex...]
      guard let number = Int(String(decoding: digits, as: UTF8.self)),
        let scale = Self.units.first(where: { $0.name == String(decoding: unit, as: UTF8.self) })?.milliseconds,
        scale < lastScale
      else { return nil }
      lastScale = scale
      let (product, productOverflows) = number.multipliedReportingOverflow(by: scale)
      let (sum, sumOverflows) = milliseconds.addingReportingOverflow(product)
      guard !productOverflows, !sumOverflows, sum <= Self.longest else { return nil }
      milliseconds = sum
    } while !rest.isEmpty
    self = .milliseconds(milliseconds)
  }

  /// The shortest text that `init(text:)` reads as this duration, to the millisecond: `1h30m`, `90s` as `1m30s`.
  package var text: String {
    var rest = Int(self / .milliseconds(1))
    guard rest != 0 else { return "0s" }
    var text = rest < 0 ? "-" : ""
    rest = abs(rest)
    for unit in Self.units where rest >= unit.milliseconds && unit.name != "d" {
      text += "\(rest / unit.milliseconds)\(unit.name)"
      rest %= unit.milliseconds
    }
    return text
  }

  private static let units = [
    (name: "d", milliseconds: 86_400_000),
    (name: "h", milliseconds: 3_600_000),
    (name: "m", milliseconds: 60_000),
    (name: "s", milliseconds: 1000),
    (name: "ms", milliseconds: 1),
  ]

  /// A hundred years, in milliseconds: more would overflow a deadline's arithmetic somewhere.
  private static let longest = 3_155_760_000_000
}
