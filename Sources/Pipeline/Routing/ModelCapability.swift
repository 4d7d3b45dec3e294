/// What a model can do beside answering; the raw values are those of the catalogue.
package enum ModelCapability: String, CaseIterable, Codable, Sendable {
  case tools
  case json
  case vision
  case thinking
}

/// A set of capabilities that is compared in one instruction.
package struct ModelCapabilities: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  package init(_ list: [ModelCapability]) {
    self = list.reduce(into: []) { $0.formUnion(ModelCapabilities($1)) }
  }

  private init(_ capability: ModelCapability) {
    self =
      switch capability {
      case .tools: .tools
      case .json: .json
      case .vision: .vision
      case .thinking: .thinking
      }
  }

  package static let tools = ModelCapabilities(rawValue: 1)
  package static let json = ModelCapabilities(rawValue: 2)
  package static let vision = ModelCapabilities(rawValue: 4)
  package static let thinking = ModelCapabilities(rawValue: 8)

  /// The capabilities by name.
  package var names: [String] {
    ModelCapability.allCases.filter { contains(ModelCapabilities($0)) }.map(\.rawValue)
  }
}
