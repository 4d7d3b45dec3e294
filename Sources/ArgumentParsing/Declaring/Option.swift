/// An argument with a name and a value: `--mode traditional`.
@propertyWrapper
package struct Option<Value: ArgumentValue>: Decodable, Sendable, ArgumentDeclaration {
  private var storage: Storage<Value>

  package init(
    wrappedValue: Value,
    name: NameSpecification = .long,
    help: ArgumentHelp = "",
    completion: CompletionKind? = nil
  ) {
    self.init(default: wrappedValue, name: name, help: help, completion: completion)
  }

  package init(name: NameSpecification = .long, help: ArgumentHelp = "", completion: CompletionKind? = nil) {
    self.init(default: nil, name: name, help: help, completion: completion)
  }

  private init(default value: Value?, name: NameSpecification, help: ArgumentHelp, completion: CompletionKind?) {
    storage = .declared(
      { property in
        ArgumentDefinition(
          property: property,
          kind: .option,
          names: name.names(for: property),
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
