/// An amount of money, in hundredths.
public struct Money: Hashable, Sendable {
  public var cents: Int

  public init(cents: Int) {
    self.cents = cents
  }
}

extension Money: LosslessStringConvertible {
  public init?(_ text: String) {
    nil
  }

  public var description: String {
    ""
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
