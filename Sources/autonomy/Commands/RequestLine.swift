import JSON
import OllamaSimulator

/// A request of a simulated server as one line for people.
struct RequestLine {
  let request: RecordedRequest

  var text: String {
    var parts = ["\(request.id)", request.method, request.path]
    if let model = request.model { parts.append(model) }
    if let line = request.line {
      let words = ["phase", "task", "role"].compactMap { line[$0] }
      if !words.isEmpty { parts.append("[\(words.joined(separator: " "))]") }
    }
    parts.append("->")
    parts.append(answer)
    return parts.joined(separator: " ")
  }

  private var answer: String {
    let rule = request.ruleIndex.map { " rules[\($0)]" } ?? ""
    if request.isClientGone { return "the client left\(rule)" }
    return (request.status.map { "\($0)" } ?? "connection closed") + rule
  }
}
