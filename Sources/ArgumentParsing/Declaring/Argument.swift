/// A positional argument.
@propertyWrapper
package struct Argument<Value: ArgumentValue>: Decodable, Sendable, ArgumentDeclaration {
  private var storage: Storage<Value>

  package init(wrappedValue: Value, help: ArgumentHelp = "", completion: CompletionKind? = nil) {
    self.init(default: wrappedValue, help: help, completion: completion)
  }

  package init(help: ArgumentHelp = "", completion: CompletionKind? = nil) {
    self.init(default: nil, help: help, completion: completion)
  }

  private init(default value: Value?, help: ArgumentHelp, completion: CompletionKind?) {
    storage = .declared(
      {
        ArgumentDefinition(
          property: $0,
          kind: .positional,
          names: [],
          help: help,
          completion: completion,
          default: value
        )
      },
      default: value
    )
  }

  package init(from decoder: any Decoder) throws {
    storage = try Storage(from: decoder)
  }

  package var wrappedValue: Value {
    get { storage.value }
    set { storage = .value(newValue) }
  }

  func definitions(property: String) -> [ArgumentDefinition] {
    storage.definitions(property: property)
  }
}
