package import JSON
package import Pipeline

/// One message of a thread, with its time and what is known about it.
package struct ConversationEntry: Hashable, Sendable {
  /// Why an entry must stay in sight however long the thread grows.
  package enum Mark: String, Sendable {
    /// What the thread is about; the last one counts.
    case task
    /// What went wrong; the last one counts.
    case error
  }

  package var message: Message
  package var time: Timestamp
  package var mark: Mark?
  /// What is known about the message and not said in it, such as who wrote it and what its answer cost.
  package var metadata: JSONObject

  package init(_ message: Message, time: Timestamp, mark: Mark? = nil, metadata: JSONObject = [:]) {
    self.message = message
    self.time = time
    self.mark = mark
    self.metadata = metadata
  }
}

extension ConversationEntry {
  /// Reads what `json` wrote; the time is kept beside it.
  ///
  /// Throws `StoredValueError`.
  package init(json: JSONValue, time: Timestamp) throws(StoredValueError) {
    self.init(
      try Message(json: json["message"] ?? .null),
      time: time,
      mark: json["mark"]?.string.flatMap { Mark(rawValue: $0) },
      metadata: json["metadata"]?.object ?? [:]
    )
  }

  package var json: JSONValue {
    var object: JSONObject = ["message": message.json]
    object["mark"] = mark.map { .string($0.rawValue) }
    if !metadata.isEmpty { object["metadata"] = .object(metadata) }
    return .object(object)
  }
}
