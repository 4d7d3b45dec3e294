/// What was measured of one model on one server, and how often.
package struct CapabilityCard: Hashable, Codable, Sendable {
  /// The name with its tag.
  package var model: String
  /// The address of the server.
  package var server: String
  /// When the measuring began, as RFC 3339.
  package var date: String
  /// How long the measuring took.
  package var seconds = 0.0
  package var requests = 0
  package var calls = CallCounts()
  /// How often the model called nothing where nothing was to be called.
  package var refrained = Share()
  /// How often a change made by writing the whole file came out right.
  package var wholeFile = Share()
  /// How often a change made by replacing a passage came out right.
  package var searchAndReplace = Share()
  package var context: ContextFinding
  /// Tokens of a prompt that the server reads in a second, and those that the model writes: medians of what it said.
  package var prefillRate: Double?
  package var decodeRate: Double?
  /// How long the server took to load the model; nil where it was loaded before.
  package var loadSeconds: Double?

  package init(model: ModelName, server: String, date: Timestamp, context: ContextFinding) {
    self.model = model.description
    self.server = server
    self.date = date.description
    self.context = context
  }

  private enum CodingKeys: String, CodingKey {
    case model
    case server
    case date
    case seconds
    case requests
    case calls
    case refrained
    case wholeFile = "whole_file"
    case searchAndReplace = "search_and_replace"
    case context
    case prefillRate = "prefill_tokens_per_second"
    case decodeRate = "decode_tokens_per_second"
    case loadSeconds = "load_seconds"
  }
}

extension CapabilityCard {
  /// Fewer trials than this decide nothing.
  private static let leastTrials = 3

  /// How a run treats the model because of what was measured.
  package var handling: ModelHandling {
    let isText =
      calls.native == 0 && calls.trials >= Self.leastTrials && 2 * (calls.text + calls.described) > calls.trials
    let isWhole = wholeFile.isMostly && searchAndReplace.isSeldom
    let hasTrials = min(wholeFile.trials, searchAndReplace.trials) >= Self.leastTrials
    return ModelHandling(writesCallsAsText: isText, changesFilesWhole: isWhole && hasTrials)
  }

  /// The card in one line: "native 0 of 20, from text 19 of 20: text mode".
  package var summary: String {
    let words = handling.words
    return calls.description + (words.isEmpty ? "" : ": \(words.joined(separator: ", "))")
  }
}

/// So many of so many.
package struct Share: Hashable, Codable, Sendable, CustomStringConvertible {
  package var right = 0
  package var trials = 0

  package init(right: Int = 0, trials: Int = 0) {
    self.right = right
    self.trials = trials
  }

  package var description: String { "\(right) of \(trials)" }

  var isMostly: Bool { 2 * right > trials }
  var isSeldom: Bool { 2 * right < trials }

  mutating func count(_ isRight: Bool) {
    trials += 1
    if isRight { right += 1 }
  }
}

/// By which stage a model's calls got through, each trial counted once.
package struct CallCounts: Hashable, Codable, Sendable {
  package var native = 0
  package var text = 0
  package var described = 0
  package var bound = 0
  package var lost = 0
  /// How many, whatever the stage, were the call that was asked for.
  package var right = 0

  package init(native: Int = 0, text: Int = 0, described: Int = 0, bound: Int = 0, lost: Int = 0, right: Int = 0) {
    self.native = native
    self.text = text
    self.described = described
    self.bound = bound
    self.lost = lost
    self.right = right
  }

  package var trials: Int { native + text + described + bound + lost }

  mutating func count(_ stage: CallStage, isRight: Bool) {
    switch stage {
    case .native: native += 1
    case .text: text += 1
    case .described: described += 1
    case .bound: bound += 1
    case .interpreted, .retried: preconditionFailure("A probe asks neither another model nor again.")
    }
    if isRight { right += 1 }
  }
}

extension CallCounts: CustomStringConvertible {
  package var description: String {
    guard trials > 0 else { return "no call was tried" }
    let stages = [("from text", text), ("with tools described", described), ("bound", bound), ("lost", lost)]
    let others = stages.filter { $0.1 > 0 }.map { "\($0.0) \($0.1) of \(trials)" }
    return (["native \(native) of \(trials)"] + others).joined(separator: ", ")
  }
}

/// What became of the context window that was asked for.
package struct ContextFinding: Hashable, Codable, Sendable {
  /// The window that a run asks for, in tokens, as are all of these.
  package var requested: Int
  /// The window that the server says the model is loaded with.
  package var loaded: Int?
  /// How long the longest prompt was, as far as can be told before.
  package var sent: Int?
  /// How much of it the server counted.
  package var seen: Int?
  /// Whether the model was shown all of it; nil where that was not tried, or the server does not count.
  package var isWhole: Bool?

  package init(requested: Int, loaded: Int? = nil, sent: Int? = nil, seen: Int? = nil, isWhole: Bool? = nil) {
    self.requested = requested
    self.loaded = loaded
    self.sent = sent
    self.seen = seen
    self.isWhole = isWhole
  }

  private enum CodingKeys: String, CodingKey {
    case requested
    case loaded
    case sent
    case seen
    case isWhole = "is_whole"
  }
}
