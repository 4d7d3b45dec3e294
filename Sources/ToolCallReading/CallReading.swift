package import JSON

/// A call that a model wrote, with the offered tool's name and arguments as its schema has them.
package struct FoundCall: Hashable, Sendable {
  package let name: String
  package let arguments: JSONObject
  package let mends: Mends
  /// The arguments of which neither the name nor the position was in the text.
  package let guessed: [String]

  package init(name: String, arguments: JSONObject, mends: Mends = [], guessed: [String] = []) {
    self.name = name
    self.arguments = arguments
    self.mends = mends
    self.guessed = guessed
  }

  /// What was mended and guessed, in words.
  package var notes: [String] { mends.descriptions + guessed.map { "guessed '\($0)'" } }
}

/// Something that looks like a call and cannot be one.
package struct CallMistake: Error, Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case unknownTool = "unknown_tool"
    case missingArgument = "missing_argument"
    case unreadableArguments = "unreadable_arguments"
    case guessedArgument = "guessed_argument"
    case insideCode = "inside_code"
  }

  package let kind: Kind
  /// The tool's name as the model wrote it; nil where it cannot be told.
  package let name: String?
  /// One sentence that tells the model exactly what is wrong.
  package let message: String

  package init(kind: Kind, name: String?, message: String) {
    self.kind = kind
    self.name = name
    self.message = message
  }
}

/// What was found in a model's text.
package struct CallReading: Hashable, Sendable {
  /// In the order in which they were written.
  package var calls: [FoundCall]
  package var mistakes: [CallMistake]
  /// How many of the calls stand before the first mistake; what follows one may not be carried out.
  package var callsBeforeMistake: Int
  /// The text without the calls and their marks.
  package var text: String

  package init(calls: [FoundCall], mistakes: [CallMistake], callsBeforeMistake: Int, text: String) {
    self.calls = calls
    self.mistakes = mistakes
    self.callsBeforeMistake = callsBeforeMistake
    self.text = text
  }

  /// The calls that stand before the first mistake.
  package var callsInFront: ArraySlice<FoundCall> { calls.prefix(callsBeforeMistake) }

  /// How far the reader had to go for the calls.
  package enum Stage: String, Hashable, Sendable {
    /// There is no call.
    case none
    /// Every call was read as it stands.
    case exact
    /// Some call was mended.
    case mended
    /// Some argument was guessed.
    case guessed
  }

  package var stage: Stage {
    if calls.isEmpty { return .none }
    if calls.contains(where: { !$0.guessed.isEmpty }) { return .guessed }
    return calls.contains { !$0.mends.isEmpty } ? .mended : .exact
  }

  /// What was mended or guessed in the calls, and what could be no call, in words.
  package var notes: [String] {
    var notes: [String] = []
    for note in calls.flatMap(\.notes) + mistakes.map(\.message) where !notes.contains(note) { notes.append(note) }
    return notes
  }
}
