/// An amount of money, in hundredths.
public struct Money: Hashable, Sendable {
  public var cents: Int

  public init(cents: Int) {
    self.cents = cents
  }
}

extension Money: LosslessStringConvertible {
  public init?(_ text: String) {
    let isNegative = text.hasPrefix("-")
    let parts = text.dropFirst(isNegative ? 1 : 0).split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = parts.first, Self.areDigits(whole) else { return nil }
    var decimals = parts.count == 2 ? String(parts[1]) : "0"
    guard Self.areDigits(decimals), decimals.utf8.count <= 2 else { return nil }
    if decimals.utf8.count == 1 { decimals += "0" }
    guard let magnitude = Int(whole + decimals) else { return nil }
    self.init(cents: isNegative ? -magnitude : magnitude)
  }

  public var description: String {
    let (whole, decimals) = cents.magnitude.quotientAndRemainder(dividingBy: 100)
    return "\(cents < 0 ? "-" : "")\(whole).\(decimals < 10 ? "0" : "")\(decimals)"
  }

  private static func areDigits(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}

extension Money {
  public static func + (left: Money, right: Money) -> Money {
    left
  }

  public static prefix func - (money: Money) -> Money {
    money
  }
}
