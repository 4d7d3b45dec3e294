import JSON
package import SourceControl

/// A run as it is on record: its events, and all that came into it from outside.
package struct RecordedRun: Sendable {
  package let id: RunID
  /// In order, from the run's beginning on.
  package var events: [StoredEvent] = []
  /// In order, each with the number of the event that it was stored with or that came next.
  package var items: [(event: Int, item: RecordedItem)] = []
  /// What items refer to, compressed.
  package var contents: [ObjectID: [UInt8]] = [:]
  /// What was said in each step.
  package var transcripts: [Int: [TranscriptEntry]] = [:]

  package init(id: RunID) {
    self.id = id
  }

  /// One start of the program on the run, to the end of what it did.
  package struct Part: Sendable {
    package var start: RecordedStart
    package var events: [Event]
    package var items: [RecordedItem]
    /// How many of the events had been stored when each item was noted.
    package var places: [Int] = []
  }

  /// The starts of the program; one that was killed before it had recorded anything is left out.
  package func parts() -> [Part] {
    var parts: [(first: Int, part: Part)] = []
    // The numbers of the events that items were stored with.
    var numbers: [[Int]] = []
    for (event, item) in items {
      if case .start(let start) = item {
        parts.append((event, Part(start: start, events: [], items: [])))
        numbers.append([])
      } else if !parts.isEmpty {
        parts[parts.count - 1].part.items.append(item)
        numbers[parts.count - 1].append(event)
      }
    }
    let starts = events.filter { $0.event.isStart }.map(\.sequence) + [.max]
    for (first, next) in zip(starts, starts.dropFirst()) {
      // A start is recorded right after it is journalled.
      guard let own = parts.firstIndex(where: { $0.first > first && $0.first <= next }) else { continue }
      let stored = events.filter { $0.sequence >= first && $0.sequence < next }
      var rest = stored[...]
      parts[own].part.places = numbers[own].map { number in
        rest = rest.drop { $0.sequence < number }
        return rest.startIndex
      }
      let all = stored.map(\.event)
      // What comes after the result, or after a kill, was done by hand before the run went on.
      let end = all.firstIndex { $0.kind == .result }.map { $0 + 1 } ?? all.firstIndex { $0.isByHand }
      parts[own].part.events = Array(all[..<(end ?? all.count)])
    }
    return parts.map { $0.part }
  }
}

extension RecordedRun {
  /// A content that items refer to; nil where it is missing or damaged.
  package func content(_ id: ObjectID) -> [UInt8]? {
    guard let bytes = contents[id].flatMap({ Compressor.decompress($0) }), (try? ObjectID(blob: bytes)) == id else {
      return nil
    }
    return bytes
  }

  /// The request as it was sent; nil where a part of it is missing or damaged.
  package func request(_ recorded: RequestRecord) -> ModelRequest? {
    var messages: [Message] = []
    if let step = recorded.step, recorded.transcript > 0 {
      guard let entries = transcripts[step], entries.count >= recorded.transcript else { return nil }
      messages = entries[..<recorded.transcript].map { $0.message }
    }
    for id in recorded.messages {
      guard let message = json(id).flatMap({ try? Message(json: $0) }) else { return nil }
      messages.append(message)
    }
    var request = ModelRequest(model: recorded.model, messages: messages, options: recorded.options)
    if let id = recorded.tools {
      guard let tools = json(id)?.array else { return nil }
      request.tools = tools.map { tool in
        ToolDefinition(
          name: tool["name"]?.string ?? "",
          description: tool["description"]?.string ?? "",
          parameters: tool["parameters"] ?? .null
        )
      }
    }
    if let id = recorded.format {
      guard let format = json(id) else { return nil }
      request.format = format
    }
    request.server = recorded.server
    request.think = recorded.think
    request.keepAlive = recorded.keepAlive
    return request
  }

  private func json(_ id: ObjectID) -> JSONValue? {
    content(id).flatMap { try? JSONValue(parsing: $0) }
  }

  /// Says where a record is damaged: in what was stored with the event of that number.
  package func damage(at event: Int) -> DamagedRecord {
    let decided = events.filter { $0.sequence <= event }.compactMap { stored in
      if case .decision(let decision) = stored.event { decision.step } else { nil }
    }
    let place = decided.last.map { "in step \($0)" } ?? "before the first step"
    return DamagedRecord(
      step: decided.last,
      "The record of '\(id)' is damaged \(place): what belongs to event \(event) cannot be read."
    )
  }
}

extension Event {
  /// Whether a start of the program begins with this event.
  fileprivate var isStart: Bool {
    switch self {
    case .runStarted, .runResumed: true
    default: false
    }
  }
}

/// A record that is not whole.
package struct DamagedRecord: Error, Hashable, CustomStringConvertible {
  /// The step at which it was noticed; nil before the first.
  package let step: Int?
  package let description: String

  package init(step: Int?, _ description: String) {
    self.step = step
    self.description = description
  }
}
