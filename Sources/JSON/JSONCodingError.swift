/// Why a value could not be turned into JSON or back, and where in the JSON.
package struct JSONCodingError: Error, Hashable, CustomStringConvertible {
  /// The place, as in `tasks[2].id`; empty for the outermost value.
  package let path: String
  package let message: String

  package init(path: String, message: String) {
    self.path = path
    self.message = message
  }

  package var description: String { path.isEmpty ? message : "'\(path)': \(message)" }
}

extension JSONCodingError {
  /// Takes over what the `init(from:)` or `encode(to:)` of some type threw at a path.
  init(_ error: any Error, at path: @autoclosure () -> JSONPath) {
    switch error {
    case let error as JSONCodingError: self = error
    case let error as DecodingError: self.init(error, at: path())
    case EncodingError.invalidValue(_, let context): self.init(context.codingPath, context.debugDescription)
    default: self.init(path: path().description, message: Self.sentence("\(error)"))
    }
  }

  private init(_ error: DecodingError, at path: JSONPath) {
    switch error {
    case .typeMismatch(_, let context), .dataCorrupted(let context):
      self.init(context.codingPath, context.debugDescription)
    case .valueNotFound(_, let context):
      self.init(context.codingPath, "Expected a value, found null.")
    case .keyNotFound(let key, let context):
      self.init(context.codingPath + [key], "Expected a value, found nothing.")
    @unknown default:
      self.init(path: path.description, message: Self.sentence("\(error)"))
    }
  }

  private init(_ path: [any CodingKey], _ message: String) {
    self.init(path: JSONPath(steps: path.map { JSONPathStep($0) }).description, message: Self.sentence(message))
  }

  private static func sentence(_ text: String) -> String {
    text.isEmpty ? "The value is not valid." : text.hasSuffix(".") ? text : text + "."
  }
}
