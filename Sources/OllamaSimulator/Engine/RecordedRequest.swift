package import JSON

/// A request that a simulated server got, and what became of it.
package struct RecordedRequest: Hashable, Sendable {
  /// From 1, in the order of arrival.
  package let id: Int
  package let method: String
  package let path: String
  /// The body; null if there is none or it is not JSON.
  package let body: JSONValue
  /// The rule of the scenario that replied, from 0.
  package internal(set) var ruleIndex: Int?
  /// The status of the answer; nil if the connection was closed without one.
  package internal(set) var status: Int?
  package internal(set) var ending = Ending.open

  /// How a request ended.
  package enum Ending: String, Sendable {
    /// The answer is still being sent.
    case open
    case answered
    /// The client closed the connection before the answer was complete.
    case clientLeft
  }

  package var model: String? { body["model"]?.string }
  package var messages: [JSONValue] { body["messages"]?.array ?? [] }
  package var toolNames: [String] { (body["tools"]?.array ?? []).compactMap { $0["function"]?["name"]?.string } }
  package var options: JSONObject { body["options"]?.object ?? [:] }
  package var line: FixedLine? { FixedLine(messages: messages) }
  package var isClientGone: Bool { ending == .clientLeft }
}
