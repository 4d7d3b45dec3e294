/// An argument with a name and no value; one that is on unless said otherwise is named `--no-…`.
@propertyWrapper
package struct Flag: Decodable, Sendable, ArgumentDeclaration {
  private var storage: Storage<Bool>

  package init(wrappedValue: Bool, name: NameSpecification = .long, help: ArgumentHelp = "") {
    storage = .declared(
      { property in
        let names = name.names(for: property).map { name -> OptionName in
          guard wrappedValue, case .long(let text) = name else { return name }
          return .long("no-\(text)")
        }
        return ArgumentDefinition(flag: property, names: names, help: help, default: wrappedValue)
      },
      default: wrappedValue
    )
  }

  package init(from decoder: any Decoder) throws {
    storage = try Storage(from: decoder)
  }

  package var wrappedValue: Bool {
    get { storage.value }
    set { storage = .value(newValue) }
  }

  func definitions(property: String) -> [ArgumentDefinition] {
    storage.definitions(property: property)
  }
}
