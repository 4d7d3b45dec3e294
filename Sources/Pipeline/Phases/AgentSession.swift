import SourceControl

/// The conversation of one step, as far as it has come.
struct AgentSession: Sendable {
  private(set) var brief: StepBrief
  private(set) var registry: ToolRegistry
  private(set) var tools: [ToolDefinition]
  /// Whether nothing else of the step is stored: no opening for another model came before.
  let isFirst: Bool
  private(set) var entries: [TranscriptEntry]
  private(set) var seen: [ProjectPath: ObjectID] = [:]
  private(set) var modelCalls = 0
  private(set) var malformedInARow = 0
  var readsInARow = 0
  private(set) var lastRefusal: (call: ToolCall, text: String)?
  /// What the model was told of the last answer that could not be used.
  private(set) var lastComplaint: String?
  private(set) var sameRefusalsInARow = 0
  /// Set where the server took less than the whole prompt, so that the next one is shorter; in tokens.
  var windowLimit: Int?

  init(brief: StepBrief, registry: ToolRegistry, entries: [TranscriptEntry], isFirst: Bool = true) {
    self.isFirst = isFirst
    self.brief = brief
    self.registry = registry
    tools = registry.tools(for: brief.phase)
    self.entries = []
    append(entries)
    modelCalls = entries.count { $0.message.role == .assistant }
  }

  /// How the model is asked as long as its calls get through.
  var style: AskStyle { brief.model.handling.writesCallsAsText ? .described : .offered }

  var messages: [Message] { entries.map { $0.message } }

  /// Whether any model has answered.
  var hasAnswer: Bool { entries.contains { $0.message.role == .assistant } }

  /// Lets the model of another brief go on with all that was said.
  mutating func goOn(by brief: StepBrief, registry: ToolRegistry) {
    (self.brief, self.registry) = (brief, registry)
    tools = registry.tools(for: brief.phase)
    windowLimit = nil
  }

  mutating func append(_ new: [TranscriptEntry]) {
    entries += new
    for entry in new {
      seen.merge(entry.shown) { $1 }
    }
  }

  mutating func countCall() { modelCalls += 1 }

  /// Counts an answer that could not be used, and keeps what is wrong with it.
  mutating func countMalformed(_ complaint: String?) {
    malformedInARow += 1
    lastComplaint = complaint ?? lastComplaint
  }

  /// Counts a call that was refused; the same one with the same answer leads nowhere.
  mutating func countRefusal(of call: ToolCall, _ text: String) {
    let isSame = lastRefusal.map { $0.call.name == call.name && $0.call.arguments == call.arguments && $0.text == text }
    sameRefusalsInARow = isSame == true ? sameRefusalsInARow + 1 : 1
    lastRefusal = (call, text)
  }

  /// Counts a call that did something.
  mutating func countSuccess() {
    malformedInARow = 0
    sameRefusalsInARow = 0
    lastRefusal = nil
  }

  /// The most bytes that the result of the next call shows.
  func resultLimit(_ estimator: TokenEstimator) -> Int {
    let calls = unfinishedAnswer.map { $0.entry.message.toolCalls.count - $0.answered } ?? 1
    return ResultRoom(brief.model, tools: tools, estimator, window: windowLimit).limit(behind: messages, calls: calls)
  }

  /// The last answer with calls that still lack a result, and how many have one.
  var unfinishedAnswer: (entry: TranscriptEntry, answered: Int)? {
    guard let position = entries.lastIndex(where: { $0.message.role == .assistant }) else { return nil }
    let entry = entries[position]
    let results = entries[(position + 1)...].count { $0.message.role == .tool }
    let isWhole = results >= entry.message.toolCalls.count + (entry.rejection == nil ? 0 : 1)
    return isWhole ? nil : (entry, results)
  }

  /// The calls that have a result, in order.
  var answeredCalls: [ToolCall] {
    let answered = Set(entries.compactMap { $0.message.role == .tool ? $0.message.toolCallID : nil })
    return entries.flatMap { $0.message.toolCalls }.filter { answered.contains($0.id) }
  }
}
