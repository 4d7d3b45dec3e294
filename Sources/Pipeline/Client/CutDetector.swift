/// A memory of what servers counted of prompts, that tells a count which a whole prompt cannot have.
///
/// A prompt was cut
/// - if it has fewer tokens than its bytes have at the least; what the model made of other text raises that somewhat, or
/// - if it goes on where an earlier one ended, and has fewer tokens than that one and the least of what was added, or
/// - if it has just the tokens of the window that was asked for or that the server told, where no answer would fit, or
/// - if it has nearly as many, and by the fewest tokens that the model ever made of such text it must have more, or
/// - if it has just the tokens of a usual window, where the server told none, its text has typically more, and no prompt
///   was ever longer than that.
/// How many bytes make a token on the average is no evidence: it is another for prose, code and digits.
struct CutDetector: Sendable {
  private struct Place: Hashable {
    var server: String
    var model: ModelName
  }

  private struct Prompt {
    var place: Place
    var request: ModelRequest
    var tokens: Int

    /// Whether the other request shows the model all of this one first.
    func isBeginning(of other: ModelRequest) -> Bool {
      request.tools == other.tools && request.format == other.format && request.think == other.think
        && other.messages.starts(with: request.messages)
    }
  }

  /// What is known of a model on a server.
  private struct Record {
    /// The fewest tokens that it made of what has one at the least.
    var ratio: Double?
    var longestPrompt = 0

    /// The fewest that it can make of it: all but the sparsest text, such as lists of long words, has two.
    var surest: Double { min(max(1, 0.7 * (ratio ?? 1)), 1.6) }
  }

  private static let promptsKept = 8
  /// Shorter prompts say more about a model's template than about its tokens.
  private static let shortestTold = 100
  private static let usualWindows = (11...20).map { 1 << $0 }

  private var prompts: [Prompt] = []
  private var records: [Place: Record] = [:]

  /// Whether the count that came with an answer is that of a cut prompt; one that is not is remembered.
  mutating func isCut(_ request: ModelRequest, _ reply: ModelReply, tokens: Int) -> Bool {
    let place = Place(server: reply.server, model: request.model)
    let bounds = TokenBounds(of: request)
    let earlier = prompts.lastIndex { $0.place == place && $0.isBeginning(of: request) }
    let record = records[place] ?? Record()
    if Double(tokens) < record.surest * Double(bounds.least) { return true }
    if let earlier, tokens < Self.least(of: request, after: prompts[earlier], record) { return true }
    let windows = [request.options.numContext, reply.usage.window].compactMap(\.self)
    if isCut(tokens, bounds, windows: windows, isTold: reply.usage.window != nil, record) { return true }
    if let earlier { prompts.remove(at: earlier) }
    prompts = prompts.suffix(Self.promptsKept - 1) + [Prompt(place: place, request: request, tokens: tokens)]
    remember(tokens, bounds, at: place)
    return false
  }

  /// Takes over what another has learned of models; of single prompts only what it was told itself counts.
  mutating func learn(from other: CutDetector) {
    records.merge(other.records) { own, other in
      Record(
        ratio: [own.ratio, other.ratio].compactMap(\.self).min(),
        longestPrompt: max(own.longestPrompt, other.longestPrompt)
      )
    }
  }

  private func isCut(_ tokens: Int, _ bounds: TokenBounds, windows: [Int], isTold: Bool, _ record: Record) -> Bool {
    let expected = Int(Double(bounds.least) * (record.ratio ?? 1))
    for window in windows where tokens <= window {
      if tokens >= window - 1 { return true }
      if tokens >= window - window / 8, expected > window { return true }
    }
    guard !isTold, record.longestPrompt < tokens, bounds.typical > tokens + tokens / 10 else { return false }
    return Self.usualWindows.contains { tokens == $0 || tokens == $0 - 1 }
  }

  /// The fewest tokens of a prompt that goes on where `earlier` ended.
  private static func least(of request: ModelRequest, after earlier: Prompt, _ record: Record) -> Int {
    let added = TokenBounds(of: request.messages.dropFirst(earlier.request.messages.count))
    // Templates leave out the thoughts before the last message of the user, and may set off the last of all.
    let latest = earlier.request.messages.reversed().prefix { $0.role != .user }
    let thoughts = latest.reduce(0) { $0 + ($1.thinking?.utf8.count ?? 0) }
    return earlier.tokens + Int(record.surest * Double(added.least)) - thoughts / 2 - 8
  }

  private mutating func remember(_ tokens: Int, _ bounds: TokenBounds, at place: Place) {
    var record = records[place] ?? Record()
    record.longestPrompt = max(record.longestPrompt, tokens)
    if bounds.least >= Self.shortestTold {
      record.ratio = min(record.ratio ?? .infinity, Double(tokens) / Double(bounds.least))
    }
    records[place] = record
  }
}
