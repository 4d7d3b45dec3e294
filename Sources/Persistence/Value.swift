/// One value that SQLite stores.
package enum Value: Hashable, Sendable {
  case null
  case integer(Int)
  case real(Double)
  case text(String)
  case blob([UInt8])

  package init(_ integer: Int?) {
    self = integer.map(Value.integer) ?? .null
  }

  package init(_ flag: Bool?) {
    self = flag.map { .integer($0 ? 1 : 0) } ?? .null
  }

  package init(_ real: Double?) {
    self = real.map(Value.real) ?? .null
  }

  package init(_ text: String?) {
    self = text.map(Value.text) ?? .null
  }

  package init(_ bytes: [UInt8]?) {
    self = bytes.map(Value.blob) ?? .null
  }
}

extension Value: ExpressibleByNilLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral, ExpressibleByBooleanLiteral
{
  package init(nilLiteral: ()) {
    self = .null
  }

  package init(integerLiteral value: Int) {
    self = .integer(value)
  }

  package init(floatLiteral value: Double) {
    self = .real(value)
  }

  package init(stringLiteral value: String) {
    self = .text(value)
  }

  package init(booleanLiteral value: Bool) {
    self = .integer(value ? 1 : 0)
  }
}
