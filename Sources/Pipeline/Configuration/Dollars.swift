package import JSON

/// An amount of money in whole micro-dollars.
package struct Dollars: Hashable, Comparable, Sendable {
  package var microdollars: Int

  package init(microdollars: Int) {
    self.microdollars = microdollars
  }

  /// Reads an amount such as `5`, `0.25` or `$1.50`, with at most six decimals and no sign.
  package init?(text: String) {
    let digits = text.hasPrefix("$") ? text.dropFirst() : Substring(text)
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let first = parts.first, Self.isNumber(first), first.utf8.count <= 12,
      let whole = Int(first)
    else { return nil }
    let decimals = parts.count == 2 ? parts[1] : "0"
    guard Self.isNumber(decimals), decimals.utf8.count <= 6,
      let fraction = Int(decimals + String(repeating: "0", count: 6 - decimals.utf8.count))
    else { return nil }
    microdollars = whole * 1_000_000 + fraction
  }

  private static func isNumber(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  package static func < (left: Dollars, right: Dollars) -> Bool { left.microdollars < right.microdollars }
}

/// As `$1.50`, with as many decimals as the amount needs, at least two.
extension Dollars: CustomStringConvertible {
  package var description: String {
    let (whole, fraction) = microdollars.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    var decimals = String(fraction)
    decimals = String(repeating: "0", count: 6 - decimals.utf8.count) + decimals
    while decimals.utf8.count > 2, decimals.hasSuffix("0") { decimals.removeLast() }
    return "\(microdollars < 0 ? "-" : "")$\(whole).\(decimals)"
  }
}

extension Dollars: ConfigurationValue {
  static var expectation: String { "an amount of dollars such as 5 or 0.25" }

  static func read(_ json: JSONValue) -> Dollars? {
    switch json {
    case .integer, .number: Dollars(text: json.text())
    case .string(let text): Dollars(text: text)
    default: nil
    }
  }

  package var json: JSONValue { .string(String(description.dropFirst())) }
}
