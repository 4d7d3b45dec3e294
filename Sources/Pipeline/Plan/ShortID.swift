/// An id that people and models type: a letter and a number that counts up within one project.
package protocol ShortID: Hashable, Comparable, Codable, Sendable, LosslessStringConvertible {
  static var prefix: Character { get }
  var number: Int { get }
  init(number: Int)
}

extension ShortID {
  package init?(_ description: String) {
    guard description.first == Self.prefix, let number = Int(description.dropFirst()), number > 0 else { return nil }
    self.init(number: number)
  }

  package var description: String { "\(Self.prefix)\(number)" }

  package static func < (left: Self, right: Self) -> Bool { left.number < right.number }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let id = Self(text) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "'\(text)' is no id like '\(Self.prefix)1'."
      )
    }
    self = id
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// The id of a task, such as `t3`.
package struct TaskID: ShortID {
  package static let prefix: Character = "t"
  package let number: Int
  package init(number: Int) { self.number = number }
}

/// The id of a run, such as `r4`.
package struct RunID: ShortID {
  package static let prefix: Character = "r"
  package let number: Int
  package init(number: Int) { self.number = number }
}

/// The id of a question to the user, such as `q2`.
package struct QuestionID: ShortID {
  package static let prefix: Character = "q"
  package let number: Int
  package init(number: Int) { self.number = number }
}
