import JSON
import Pipeline

extension ModelRequest {
  /// What is different from a recorded request, with the lines that show it; nil where nothing is.
  func difference(from recorded: ModelRequest) -> (cause: String, lines: [String])? {
    for (index, (old, new)) in zip(recorded.messages, messages).enumerated()
    where old != new && !HiddenText.isSame(old.json, new.json) {
      let place = "message \(index + 1) (\(new.role.rawValue))"
      guard old.content == new.content else {
        return ("\(place) is another", ReplayDifference.lines(old.content, new.content))
      }
      return ("\(place) is another", ReplayDifference.lines(old.json.text(), new.json.text()))
    }
    if recorded.messages.count != messages.count {
      return ("it has \(messages.count) messages instead of \(recorded.messages.count)", [])
    }
    if tools != recorded.tools {
      let lines = { (tools: [ToolDefinition]) in tools.map { $0.json.text() }.joined(separator: "\n") }
      return ("other tools are offered", ReplayDifference.lines(lines(recorded.tools), lines(tools)))
    }
    let settings = (recorded.settings, settings)
    guard settings.0 == settings.1 else {
      return ("the model is asked in another way", ReplayDifference.lines(settings.0, settings.1))
    }
    return nil
  }

  /// All but messages and tools, one a line.
  private var settings: String {
    let lines: [(String, String?)] = [
      ("model", model.description), ("server", server), ("format", format?.text()),
      ("num_ctx", "\(options.numContext)"), ("num_predict", "\(options.numPredict)"),
      ("temperature", options.temperature.map { "\($0)" }), ("seed", options.seed.map { "\($0)" }),
      ("think", think.map { "\($0)" }), ("keep_alive", keepAlive.map { "\($0)" }),
    ]
    return lines.compactMap { name, value in value.map { "\(name): \($0)" } }.joined(separator: "\n")
  }
}
