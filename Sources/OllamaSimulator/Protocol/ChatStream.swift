import JSON

/// The body of a streamed answer: one line of JSON after the other, made when the client takes it.
struct ChatStream: BodySource {
  private let answer: ChatAnswer
  private var textLines: TextLineWriter
  private var fault: Scenario.Fault?
  private let interval: Pause?
  private let firstSlowLine: Int
  private var stage = Stage.thinking
  private var position: String.Index
  private var lineCount = 0
  private var hasPaused = false

  private enum Stage: Hashable {
    case thinking
    case content
    case call(Int)
    case last
    case finished
  }

  init(_ answer: ChatAnswer, fault: Scenario.Fault? = nil) {
    self.answer = answer
    textLines = TextLineWriter(model: answer.model)
    let isSlow = fault?.kind == .slow
    self.fault = isSlow ? nil : fault
    interval = isSlow ? .duration(fault?.duration ?? .milliseconds(100)) : nil
    firstSlowLine = fault?.afterChunks ?? 1
    position = answer.output?.thinking.startIndex ?? "".startIndex
    leaveEmptyStages()
  }

  mutating func next() -> BodyStep {
    guard stage != .finished else { return .end }
    if let fault, stage == .last || lineCount >= fault.firstFaultyLine { return fail(fault) }
    if let interval, lineCount >= firstSlowLine, !hasPaused {
      hasPaused = true
      return .pause(interval)
    }
    hasPaused = false
    lineCount += 1
    return .bytes(nextLine())
  }

  private mutating func fail(_ fault: Scenario.Fault) -> BodyStep {
    if !hasPaused, fault.kind == .hang || fault.duration != nil {
      hasPaused = true
      if fault.kind == .hang { self.fault = nil }
      return .pause(fault.duration.map { .duration($0) } ?? .forEver)
    }
    stage = .finished
    switch fault.kind {
    case .malformedJSON:
      let line = textLines.line(.content, "")
      return .bytes(fault.body.map { Array($0.utf8) } ?? Array(line.prefix(line.count / 2)) + [0x0A])
    case .errorLine:
      return .bytes(goJSON(["error": .string(fault.errorMessage)]) + [0x0A])
    case .closeMidStream, .hang, .httpStatus, .refuse, .slow, .truncatePrompt:
      return .abort
    }
  }

  private mutating func nextLine() -> [UInt8] {
    defer { leaveEmptyStages() }
    switch stage {
    case .thinking: return textLines.line(.thinking, nextPiece(of: answer.output?.thinking ?? ""))
    case .content: return textLines.line(.content, nextPiece(of: answer.output?.content ?? ""))
    case .call(let index):
      stage = .call(index + 1)
      return goJSON(answer.callLine(index)) + [0x0A]
    case .last, .finished:
      stage = .finished
      return goJSON(answer.lastLine) + [0x0A]
    }
  }

  /// At most `chunkBytes` bytes from the position on, but at least one character.
  private mutating func nextPiece(of text: String) -> String {
    let scalars = text.unicodeScalars
    var end = text.utf8.index(position, offsetBy: answer.chunkBytes, limitedBy: text.endIndex) ?? text.endIndex
    while end > position, end.samePosition(in: scalars) == nil { end = text.utf8.index(before: end) }
    if end == position { end = scalars.index(after: position) }
    defer { position = end }
    return String(text[position..<end])
  }

  private mutating func leaveEmptyStages() {
    let output = answer.output
    if stage == .thinking, position >= (output?.thinking ?? "").endIndex {
      stage = .content
      position = (output?.content ?? "").startIndex
    }
    if stage == .content, position >= (output?.content ?? "").endIndex { stage = .call(0) }
    if case .call(let index) = stage, answer.callsIn == .final || index >= output?.calls.count ?? 0 { stage = .last }
  }
}

extension Scenario.Fault {
  /// The line that the fault takes the place of, from 0.
  var firstFaultyLine: Int {
    switch kind {
    case .closeMidStream, .malformedJSON: afterChunks ?? 1
    case .errorLine, .hang, .httpStatus, .refuse, .slow, .truncatePrompt: afterChunks ?? 0
    }
  }

  var errorMessage: String { message ?? "an error was encountered while running the model: unexpected EOF" }
}
