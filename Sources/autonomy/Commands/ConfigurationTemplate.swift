import JSON
import Pipeline

/// The `autonomy.json` that `init` writes.
struct ConfigurationTemplate {
  let proposal: RoleProposal
  let servers: [ServerInventory]

  /// JSON with comments, which a person goes on with.
  var text: String {
    """
    // The settings of autonomy for this project. 'autonomy config --reference' explains every key,
    // 'autonomy config --show-origin' shows what holds.
    {
    \(serverLines)
      // The model of each role: coding also debugs, reasoning plans, analysis reviews and documents.
      "models": {
    \(modelLines)
      },

      // Checks prove the work; without this they are found by convention ('autonomy doctor' shows them).
      // "checks": { "commands": [{ "name": "test", "command": ["make", "test"] }] },

      // "limits": { "run_time": "8h", "run_model_calls": 2000, "task_attempts": 6 },
    }

    """
  }

  private var serverLines: String {
    let entries = servers.map { entry -> String in
      let url = JSONValue.string(entry.server.url).text()
      let value =
        entry.server.kind == .ollama ? url : "{ \"kind\": \"\(entry.server.kind.rawValue)\", \"url\": \(url) }"
      return "\(JSONValue.string(entry.server.name).text()): \(value)"
    }
    return """
        // Where the models are served; OLLAMA_HOST names another. Several servers are fine.
        // "servers": { \(entries.joined(separator: ", ")) },

      """
  }

  private var modelLines: String {
    guard !proposal.entries.isEmpty else {
      let reason =
        servers.contains { $0.failure == nil }
        ? "No server has a model that can call tools" : "No server has answered"
      return """
            // \(reason), so these are the defaults. 'autonomy models' lists what yours has.
            // "coding": "qwen2.5-coder:32b",
            // "reasoning": { "name": "qwen2.5:32b", "num_ctx": 16384 },
            // "analysis": "qwen2.5:14b",
        """
    }
    let several = Set(proposal.entries.map { $0.server }).count > 1
    let rows = proposal.entries.map { entry -> (line: String, reason: String) in
      let name = JSONValue.string(entry.model.description).text()
      let value =
        several ? "{ \"name\": \(name), \"server\": \(JSONValue.string(entry.server).text()) }" : name
      return ("    \"\(entry.role.rawValue)\": \(value),", entry.reason)
    }
    let width = rows.map { DisplayWidth.of($0.line) }.max() ?? 0
    return rows.map { "\(DisplayWidth.padded($0.line, to: width))  // \($0.reason)" }.joined(separator: "\n")
  }
}
