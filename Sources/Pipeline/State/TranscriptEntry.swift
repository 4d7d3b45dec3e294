package import JSON
package import SourceControl

/// One message of a step's conversation, with what is not part of the message itself.
package struct TranscriptEntry: Hashable, Sendable {
  package var message: Message
  /// What is to be said about a call of this answer that could not be accepted, after the accepted ones.
  package var rejection: String?
  /// The contents that this message has shown to the model.
  package var shown: [ProjectPath: ObjectID]

  package init(_ message: Message, rejection: String? = nil, shown: [ProjectPath: ObjectID] = [:]) {
    self.message = message
    self.rejection = rejection
    self.shown = shown
  }
}

extension [TranscriptEntry] {
  /// The conversation with the model that has the step now: it begins with the last opening.
  package var current: ArraySlice<TranscriptEntry> { self[(lastIndex { $0.message.role == .system } ?? 0)...] }
}

extension TranscriptEntry {
  /// Reads an entry that `json` wrote.
  package init(json: JSONValue) throws {
    message = try Message(json: json["message"] ?? .null)
    rejection = json["rejection"]?.string
    shown = [:]
    for (path, id) in json["shown"]?.object ?? [:] { shown[try ProjectPath(path)] = id.string.flatMap { ObjectID($0) } }
  }

  package var json: JSONValue {
    var object: JSONObject = ["message": message.json]
    object["rejection"] = rejection.map { .string($0) }
    if !shown.isEmpty {
      let members = shown.sorted { $0.key < $1.key }.map {
        ($0.key.description, JSONValue.string($0.value.description))
      }
      object["shown"] = .object(JSONObject(members))
    }
    return .object(object)
  }
}
