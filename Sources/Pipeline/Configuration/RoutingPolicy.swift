package import JSON

/// Which of the router's tables applies where the configuration sets nothing.
package enum RoutingPolicy: String, CaseIterable, Hashable, Codable, Sendable {
  case standard = "default"
  /// The table of the reference that the router is compared with.
  case seed
}

extension RoutingPolicy: ConfigurationValue {
  static var expectation: String { "'default' or 'seed'" }
  static func read(_ json: JSONValue) -> RoutingPolicy? { json.string.flatMap { RoutingPolicy(rawValue: $0) } }
  package var json: JSONValue { .string(rawValue) }
}
