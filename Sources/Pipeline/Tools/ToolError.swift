/// Why a tool call gave no answer, by who must act on it.
package enum ToolError: Error, Hashable {
  /// The call itself was wrong: its name was not offered, or its arguments do not fit.
  case malformedCall(String)
  /// The call was understood and refused; the text becomes its result.
  case respondToModel(String)
  /// Nothing the model can do about; ends the run.
  case fatal(String)
  case cancelled

  /// What happened, and what to do about it.
  package var message: String {
    switch self {
    case .malformedCall(let message), .respondToModel(let message), .fatal(let message): message
    case .cancelled: "The call was cancelled."
    }
  }
}
