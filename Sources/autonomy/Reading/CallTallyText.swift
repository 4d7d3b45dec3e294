import Pipeline
import Wording

/// How a model's calls got through, in words.
enum CallTallyText {
  static func line(_ counts: CallTally) -> String {
    var parts = [Amount.counted(counts.native, "answer") + " with native calls"]
    for stage in CallStage.allCases {
      guard let count = counts.repaired[stage], let words = words(stage) else { continue }
      parts.append("\(Amount.grouped(count)) \(words)")
    }
    let lost = counts.lost.reduce(0) { $0 + ($1.key == .retried ? $1.value : 0) }
    if lost > 0 { parts.append("\(Amount.grouped(lost)) given up") }
    return parts.joined(separator: ", ")
  }

  private static func words(_ stage: CallStage) -> String? {
    switch stage {
    case .native: "of them mended"
    case .text: "read from text"
    case .described: "got by asking without tools"
    case .bound: "got by binding the answer"
    case .interpreted: "interpreted"
    case .retried: "asked for again"
    }
  }
}
