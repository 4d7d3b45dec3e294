import JSON
import Pipeline

/// What a specialist said, in a turn or of a failure before it.
struct Advice: Hashable, Sendable {
  var role: SpecialistRole
  var text: String
  /// The failed step that it is about, if it is an analysis.
  var failure: FailedStep?
}

/// The arbiter's review of the advice that it got: what goes to the model of the step, and what became of each piece.
///
/// The arbiter says whose advice it wants; where it says nothing, all of it goes on, and what the interpreter was asked
/// about goes on in the interpreter's words.
struct AdviceReview {
  private static let mostBytes = 6000

  /// Nil where nothing goes on.
  let guidance: String?
  /// In the order in which the advice was got.
  let uses: [AdviceUse]

  /// Takes the call that decides; with `isBarred` advice has not helped the task before, and is not given again.
  init(of advice: [Advice], by call: ToolCall, for action: Action, isBarred: Bool) {
    let named = Self.names(in: call.arguments["advice"])
    let isWanted = advice.indices.map { index in
      named?.contains { $0.contains(advice[index].role.rawValue) } ?? true
    }
    let obstacles = advice.map { Self.obstacle(to: $0, for: action, isBarred) }
    var verdicts = advice.indices.map { obstacles[$0] == nil && isWanted[$0] ? AdviceUse.Verdict.used : .dropped }
    for index in advice.indices.dropLast() where obstacles[index] == nil && advice[index].role != .interpreter {
      let isInterpreted = advice[index + 1].role == .interpreter && verdicts[index + 1] == .used
      let others = advice.indices.dropFirst(index + 1).filter { advice[$0].role != advice[index].role }
      if isInterpreted, named == nil || !isWanted[index] {
        verdicts[index] = .clarified
      } else if !isWanted[index], others.contains(where: { verdicts[$0] == .used }) {
        verdicts[index] = .replaced
      }
    }
    uses = advice.indices.map { index in
      let reason = verdicts[index] == .dropped ? obstacles[index] ?? "The arbiter did not want it." : nil
      return AdviceUse(role: advice[index].role.rawValue, verdict: verdicts[index], reason: reason)
    }
    var parts: [String] = []
    let changes = call.arguments["changes"]?.string ?? ""
    if !isBarred, action.phase != nil, changes.utf8.contains(where: { $0 > 0x20 }) {
      parts.append("What is to be different this time:\n\(changes)")
    }
    for index in advice.indices where verdicts[index] == .used {
      let isClarifying = index > 0 && verdicts[index - 1] == .clarified
      let of = isClarifying ? ", on what the \(advice[index - 1].role.rawValue) specialist said" : ""
      parts.append("From the \(advice[index].role.rawValue) specialist\(of):\n\(advice[index].text)")
    }
    let text = parts.joined(separator: "\n\n")
    guidance = parts.isEmpty ? nil : String(decoding: text.utf8.prefix(Self.mostBytes), as: UTF8.self)
  }

  /// Why advice cannot go to the step's model, whatever the arbiter wants; nil where it can.
  private static func obstacle(to advice: Advice, for action: Action, _ isBarred: Bool) -> String? {
    guard let phase = action.phase else { return "The step asks no model." }
    if let failed = advice.failure {
      let isOfStep = failed.task == action.task && failed.kind.concerns(phase, after: failed.phase)
      guard isOfStep else { return "It is about another step." }
    }
    return isBarred ? "An attempt at the task with advice has failed." : nil
  }

  /// The words by which the arbiter names whose advice it wants; nil where it leaves that open.
  private static func names(in value: JSONValue?) -> [String]? {
    let names =
      switch value {
      case .array(let items): items.compactMap { $0.string }
      case .string(let text): [text]
      default: nil as [String]?
      }
    return names.flatMap { $0 == ["all"] ? nil : $0.map { $0.lowercased() } }
  }
}
