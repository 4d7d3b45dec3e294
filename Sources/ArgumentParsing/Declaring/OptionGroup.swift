/// Arguments that several commands share, declared once.
@propertyWrapper
package struct OptionGroup<Value: ParsableArguments>: Decodable, Sendable, ArgumentDeclaration {
  private let title: String?
  package var wrappedValue: Value

  /// Declares the group; with a `title`, help lists its options in a section of their own.
  package init(title: String? = nil) {
    self.title = title
    wrappedValue = Value()
  }

  package init(from decoder: any Decoder) throws {
    title = nil
    wrappedValue = try Value(from: decoder)
    try wrappedValue.validate()
  }

  var undeclaredProperties: [String] { Value.undeclaredProperties }

  func definitions(property: String) -> [ArgumentDefinition] {
    Value.definitions.map { definition in
      var definition = definition
      definition.path.insert(property, at: 0)
      definition.section = definition.section ?? title
      return definition
    }
  }
}
