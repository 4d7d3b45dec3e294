/// A property wrapper that declares one argument or a group of them.
protocol ArgumentDeclaration {
  func definitions(property: String) -> [ArgumentDefinition]

  /// The properties of a group that declare no argument.
  var undeclaredProperties: [String] { get }
}

extension ArgumentDeclaration {
  var undeclaredProperties: [String] { [] }
}

/// What a property wrapper holds: a declaration before parsing, a value after it.
enum Storage<Value: Sendable>: Sendable {
  case declared(@Sendable (String) -> ArgumentDefinition, default: Value?)
  case value(Value)

  init(from decoder: any Decoder) throws {
    guard let decoder = decoder as? ValueDecoder else {
      preconditionFailure("Arguments are decoded by the command parser only.")
    }
    self = .value(decoder.value())
  }

  var value: Value {
    switch self {
    case .value(let value): return value
    case .declared(_, let value?): return value
    case .declared: preconditionFailure("An argument without a default was read before the command was parsed.")
    }
  }

  func definitions(property: String) -> [ArgumentDefinition] {
    switch self {
    case .declared(let define, _): [define(property)]
    case .value: []
    }
  }
}

extension ParsableArguments {
  /// The arguments declared by the properties, in their order.
  static var definitions: [ArgumentDefinition] {
    Mirror(reflecting: Self()).children.flatMap { child -> [ArgumentDefinition] in
      guard let label = child.label, let declaration = child.value as? any ArgumentDeclaration else { return [] }
      return declaration.definitions(property: String(label.drop { $0 == "_" }))
    }
  }

  /// The stored properties that declare no argument, which parsing cannot fill.
  static var undeclaredProperties: [String] {
    Mirror(reflecting: Self()).children.flatMap { child in
      (child.value as? any ArgumentDeclaration)?.undeclaredProperties ?? [child.label ?? ""]
    }
  }
}
