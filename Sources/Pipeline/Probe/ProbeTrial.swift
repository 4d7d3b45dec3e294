/// One of the things that a probe asks a model.
enum ProbeTrial: Hashable {
  case call(Int)
  case refrain(Int)
  case wholeFile(Int)
  case searchAndReplace(Int)
  /// A prompt that fills much of the context window.
  case window

  /// All of them, mixed so that a slow model shows something of everything.
  static let all: [ProbeTrial] = (0..<5).flatMap { round -> [ProbeTrial] in
    let calls = (0..<4).map { ProbeTrial.call(4 * round + $0) }
    let others: [ProbeTrial] = [.refrain(round), .wholeFile(round), .searchAndReplace(round)]
    return calls + others + (round == 0 ? [.window] : [])
  }

  /// What the fixed line calls it.
  var name: String {
    switch self {
    case .call: "call"
    case .refrain: "refrain"
    case .wholeFile: "whole_file"
    case .searchAndReplace: "search_and_replace"
    case .window: "window"
    }
  }

  /// The fixed line with which the messages of the n-th request of this kind begin.
  func line(_ attempt: Int) -> String { "[phase=probe task=\(name) role=probe attempt=\(attempt)]" }

  /// The fixed line with which the messages begin.
  var line: String {
    switch self {
    case .call(let number), .refrain(let number), .wholeFile(let number), .searchAndReplace(let number):
      line(number + 1)
    case .window: line(1)
    }
  }
}
