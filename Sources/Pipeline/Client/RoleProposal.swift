/// A proposal which model plays which role, from what the servers have.
package struct RoleProposal: Hashable, Sendable {
  /// One model in one role.
  package struct Entry: Hashable, Sendable {
    package var role: ModelUse
    package var model: ModelName
    package var server: String
    /// Why this one, as the user reads it.
    package var reason: String
  }

  /// One entry for each role, in the roles' order; empty if no server has a model that can chat.
  package let entries: [Entry]

  /// Makes a proposal; `details` knows what some models can do better than the servers' lists.
  package init(_ inventory: [ServerInventory], details: [ModelName: ModelDetails] = [:]) {
    let candidates = inventory.flatMap { entry in
      entry.models.map { Candidate(model: $0, server: entry.server.name, details: details[$0.name]) }
    }.filter { $0.canChat }
    // Where the lists say who can call tools, the others are out.
    let callers = candidates.filter { $0.canCallTools ?? false }
    let pool = (callers.isEmpty ? candidates.filter { $0.canCallTools ?? true } : callers).sorted(by: Candidate.isLess)
    guard let largest = pool.last else {
      entries = []
      return
    }
    func pick(_ role: ModelUse, _ reason: String, where condition: (Candidate) -> Bool) -> Entry {
      if let found = pool.last(where: condition) { return found.entry(role, reason) }
      return largest.entry(role, "the largest model that can call tools")
    }
    // A mind far smaller than the largest is no better at thinking for having been trained to.
    let enough = largest.model.billions / 3
    entries = [
      pick(.coding, "made for code") { $0.isCoder && $0.model.billions >= enough },
      pick(.reasoning, "made for reasoning") { $0.isReasoner && $0.model.billions >= enough },
      pick(.analysis, "the largest general model") { !$0.isCoder && $0.model.billions >= enough },
      candidates.min(by: Candidate.isLess)?.entry(.interpreter, "the smallest model")
        ?? largest.entry(.interpreter, "the only model"),
      pick(.arbiter, "made for reasoning") { $0.isReasoner && $0.model.billions >= enough },
    ]
  }
}

private struct Candidate {
  let model: InstalledModel
  let server: String
  private let capabilities: Set<String>?
  private let name: String

  init(model: InstalledModel, server: String, details: ModelDetails?) {
    self.model = model
    self.server = server
    capabilities = details?.capabilities ?? model.capabilities
    name = model.name.description.lowercased()
  }

  static func isLess(_ left: Candidate, _ right: Candidate) -> Bool {
    (left.model.billions, left.name) < (right.model.billions, right.name)
  }

  var canChat: Bool {
    let isOther = names("embed", "bge-", "minilm", "rerank", "whisper")
    return !isOther && (capabilities.map { !$0.contains("embedding") } ?? true)
  }

  /// Nothing if the server does not say.
  var canCallTools: Bool? { capabilities?.contains("tools") }

  var isCoder: Bool { names("coder", "code", "devstral", "starcoder") }

  var isReasoner: Bool {
    !isCoder
      && (names("-r1", "qwq", "think", "reason", "gpt-oss", "magistral") || capabilities?.contains("thinking") == true)
  }

  func entry(_ role: ModelUse, _ reason: String) -> RoleProposal.Entry {
    RoleProposal.Entry(role: role, model: model.name, server: server, reason: reason)
  }

  private func names(_ parts: String...) -> Bool { parts.contains { name.contains($0) } }
}
