package import JSON

/// An event as the journal keeps it: numbered, timed, and with the run that it belongs to.
package struct StoredEvent: Hashable, Sendable {
  /// Counts up over the whole project.
  package let sequence: Int
  package let time: Timestamp
  package let run: RunID?
  package let event: Event

  package init(sequence: Int, time: Timestamp, run: RunID?, event: Event) {
    self.sequence = sequence
    self.time = time
    self.run = run
    self.event = event
  }

  /// The event as one line of JSON: `{"v":1,"seq":n,"time":…,"run":…,"type":…, …}`.
  package func json() throws(JSONCodingError) -> JSONValue {
    let payload = try JSONValue(encoding: event)
    var object: JSONObject = [
      "v": .integer(Event.version), "seq": .integer(sequence), "time": .string(time.description),
    ]
    object["run"] = run.map { .string($0.description) }
    for (key, value) in payload.object ?? [:] { object[key] = value }
    return .object(object)
  }
}
