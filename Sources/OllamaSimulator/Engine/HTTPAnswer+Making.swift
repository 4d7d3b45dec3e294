import JSON

extension HTTPAnswer {
  static func text(_ text: String, status: Int, contentType: String = "text/plain") -> HTTPAnswer {
    whole(Array(text.utf8), status: status, headers: [("Content-Type", contentType)])
  }

  static func json(_ value: JSONValue, status: Int = 200) -> HTTPAnswer {
    whole(goJSON(value), status: status, headers: [("Content-Type", "application/json; charset=utf-8")])
  }

  static func stream(_ body: some BodySource) -> HTTPAnswer {
    let headers = [(name: "Content-Type", value: "application/x-ndjson")]
    return .reply(HTTPReply(status: 200, headers: headers, length: nil, body: body, delay: nil))
  }

  private static func whole(_ bytes: [UInt8], status: Int, headers: [(name: String, value: String)]) -> HTTPAnswer {
    .reply(HTTPReply(status: status, headers: headers, length: bytes.count, body: WholeBody(bytes), delay: nil))
  }

  /// The answer that comes after `pause`.
  func delayed(by pause: Pause?) -> HTTPAnswer {
    guard let pause, pause != .duration(.zero), case .reply(var reply) = self else { return self }
    switch (reply.delay, pause) {
    case (.forEver?, _), (_, .forEver): reply.delay = .forEver
    case (.duration(let earlier)?, .duration(let later)): reply.delay = .duration(earlier + later)
    case (nil, .duration): reply.delay = pause
    }
    return .reply(reply)
  }

  /// An answer that is not streamed, with `fault`; `lines` is how many lines it would have if it were.
  func spoilt(by fault: Scenario.Fault?, lines: Int = 1) -> HTTPAnswer {
    guard let fault, case .reply(let reply) = self else { return self }
    let pause = fault.duration.map { Pause.duration($0) }
    switch fault.kind {
    case .refuse: return .refuse(fault.duration)
    case .httpStatus: return Self.status(of: fault).delayed(by: pause)
    case .hang:
      return fault.firstFaultyLine == 0
        ? delayed(by: pause ?? .forEver) : cut(reply, [.pause(pause ?? .forEver)], goesOn: true)
    case .closeMidStream: return cut(reply, (pause.map { [.pause($0)] } ?? []) + [.abort], goesOn: false)
    case .malformedJSON: return Self.malformed(reply, fault).delayed(by: pause)
    case .errorLine:
      return Self.json(["error": .string(fault.errorMessage)], status: fault.status ?? 500).delayed(by: pause)
    case .slow: return delayed(by: .duration((fault.duration ?? .milliseconds(100)) * max(1, lines - 1)))
    case .truncatePrompt: return self
    }
  }

  /// What a fault of the kind `http_status` sends.
  static func status(of fault: Scenario.Fault) -> HTTPAnswer {
    let status = fault.status ?? 500
    var headers = fault.headers.map { (name: $0.name, value: $0.value) }
    let isJSON = fault.body.map { (try? JSONValue(parsing: $0)) != nil } ?? true
    if !headers.contains(where: { $0.name.lowercased() == "content-type" }) {
      headers.append(("Content-Type", isJSON ? "application/json; charset=utf-8" : "text/plain; charset=utf-8"))
    }
    let error: JSONValue = ["error": .string(fault.message ?? "simulated error \(status)")]
    return whole(fault.body.map { Array($0.utf8) } ?? goJSON(error), status: status, headers: headers)
  }

  private static func malformed(_ reply: HTTPReply, _ fault: Scenario.Fault) -> HTTPAnswer {
    let bytes = fault.body.map { Array($0.utf8) } ?? firstHalf(of: reply.body).0
    return whole(bytes, status: reply.status, headers: reply.headers)
  }

  private func cut(_ reply: HTTPReply, _ steps: [BodyStep], goesOn: Bool) -> HTTPAnswer {
    var reply = reply
    let (before, after) = Self.firstHalf(of: reply.body)
    reply.body = StepBody([.bytes(before)] + steps + (goesOn ? [.bytes(after)] : []))
    return .reply(reply)
  }

  private static func firstHalf(of body: any BodySource) -> ([UInt8], [UInt8]) {
    var body = body
    guard case .bytes(let bytes) = body.next() else { return ([], []) }
    return (Array(bytes.prefix(bytes.count / 2)), Array(bytes.dropFirst(bytes.count / 2)))
  }
}

/// A body of given steps.
struct StepBody: BodySource {
  private var steps: ArraySlice<BodyStep>

  init(_ steps: [BodyStep]) {
    self.steps = steps[...]
  }

  mutating func next() -> BodyStep { steps.popFirst() ?? .end }
}
