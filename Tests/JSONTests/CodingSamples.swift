import JSON

/// A struct as the coder meets it most, its members declared in no alphabetical order.
struct PlannedTask: Codable, Hashable {
  struct Inner: Codable, Hashable {
    var path: String
    var lines: [Int]
  }

  var zeta: String
  var alpha: Int
  var middle: Bool
  var ratio: Double
  var note: String?
  var inner: Inner
}

/// An enum whose payload is written beside its type.
enum Step: Codable, Hashable {
  struct Move: Codable, Hashable {
    var x: Int
    var y: Int?
  }

  case wait
  case move(Move)
  case raw(JSONValue)

  private enum CodingKeys: CodingKey {
    case type
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(String.self, forKey: .type) {
    case "move": self = .move(try Move(from: decoder))
    case "raw": self = .raw(try JSONValue(from: decoder))
    default: self = .wait
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .wait:
      try container.encode("wait", forKey: .type)
    case .move(let payload):
      try container.encode("move", forKey: .type)
      try payload.encode(to: encoder)
    case .raw(let payload):
      try container.encode("raw", forKey: .type)
      try payload.encode(to: encoder)
    }
  }
}

/// An enum with the coding the compiler makes.
enum Either: Codable, Hashable {
  case left(Int)
  case right(name: String)
}

/// A key that is only raw-representable.
enum Colour: String, Codable {
  case red
}

/// A key that is a struct.
struct Shade: RawRepresentable, Codable, Hashable {
  var rawValue: String
}

/// A key that gives its own coding key.
enum Named: String, Codable, CodingKeyRepresentable {
  case one
}

/// A member's name made at run time.
struct Name: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}
