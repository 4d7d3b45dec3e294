import JSON
package import Pipeline

/// The owner of all threads: it carries messages from model to model, with an overseer who may step in.
package actor ConversationManager {
  private let tools: [String: any ModelTool]
  /// The roles of those who take part, in the order in which they were given.
  package nonisolated let participants: [String]
  private let overseer: any Overseer
  private let store: (any ConversationStore)?
  private let meter: TokenMeter
  private let clock: @Sendable () -> Timestamp
  private var threads: [ThreadName: ConversationThread] = [:]
  private var counts = ConversationStatistics()

  /// Takes one model for each role; without a store, nothing outlives the manager.
  package init(
    _ tools: [any ModelTool],
    overseer: any Overseer = ApprovingOverseer(),
    store: (any ConversationStore)? = nil,
    meter: TokenMeter = TokenMeter(),
    clock: @escaping @Sendable () -> Timestamp = { .now }
  ) {
    participants = tools.map { $0.model.role }
    self.tools = Dictionary(tools.map { ($0.model.role, $0) }) { _, _ in
      preconditionFailure("A role takes part once.")
    }
    self.overseer = overseer
    self.store = store
    self.meter = meter
    self.clock = clock
  }

  /// What was said in a thread, also before this manager was made.
  package func thread(_ name: ThreadName) async throws(ConversationError) -> ConversationThread {
    if let known = threads[name] { return known }
    guard let store else { return ConversationThread(name: name) }
    let loaded: ConversationThread
    do {
      loaded = try await store.thread(name)
    } catch {
      throw .store("\(error)")
    }
    // Somebody else may have been here meanwhile, and written more.
    if let known = threads[name] { return known }
    threads[name] = loaded
    return loaded
  }

  /// Gives the model of a thread its instruction, unless it is the one that it has.
  package func instruct(_ name: ThreadName, _ system: String) async throws(ConversationError) {
    guard try await thread(name).system?.content != system else { return }
    try await record([ConversationEntry(.system(system), time: clock())], in: name)
  }

  /// Shows a letter to the overseer; what cannot be carried out counts as approved.
  package func review(_ letter: Letter) async throws(CancellationError) -> Oversight {
    let oversight = try await overseer.review(letter, participants: participants)
      .checked(for: letter, participants: participants)
    counts.count(oversight)
    return oversight
  }

  /// Delivers a letter and returns the answer; both are in the addressee's thread then, or neither is.
  ///
  /// What an overseer has done to the letter is kept with it.
  @discardableResult
  package func deliver(_ letter: Letter, _ oversight: Oversight? = nil) async throws(ConversationError) -> ModelReply {
    guard let tool = tools[letter.addressee] else { throw .unknownParticipant(letter.addressee) }
    let question = ConversationEntry(
      .user(letter.content),
      time: clock(),
      mark: letter.mark,
      metadata: metadata(of: letter, oversight)
    )
    var draft = try await thread(letter.thread)
    draft.append([question])
    let reply: ModelReply
    do {
      let window = try draft.window(for: tool.model, estimator: meter.estimator)
      if window.isReduced { counts.shortened += 1 }
      reply = try await tool.reply(to: window.messages)
    } catch {
      counts.failed += 1
      throw .model(error, participant: letter.addressee)
    }
    guard reply.content.utf8.contains(where: { $0 > 0x20 }) else {
      counts.failed += 1
      throw .silent(participant: letter.addressee)
    }
    counts.answered += 1
    let answer = ConversationEntry(.assistant(reply.content), time: clock(), metadata: metadata(of: reply))
    try await record([question, answer], in: letter.thread)
    return reply
  }

  /// What became of a letter that the overseer has seen.
  package enum Delivery: Hashable, Sendable {
    case answered(ModelReply, by: String, Oversight)
    /// The overseer has ended the conversation.
    case stopped(Oversight.Conclusion)
  }

  /// Shows a letter to the overseer and delivers what comes of it, once: a redirected letter is not shown again.
  package func route(_ letter: Letter) async throws -> Delivery {
    let oversight = try await review(letter)
    guard let letter = oversight.applied(to: letter) else {
      guard case .stop(let conclusion) = oversight.ruling else {
        preconditionFailure("only a stop holds a letter back")
      }
      return .stopped(conclusion)
    }
    let reply = try await deliver(letter, oversight)
    return .answered(reply, by: letter.addressee, oversight)
  }

  /// Asks several at the same time, without the overseer; the answers are in the order of the roles.
  package func broadcast(
    _ letter: Letter,
    to roles: [String]
  ) async -> [(role: String, answer: Result<ModelReply, ConversationError>)] {
    counts.broadcasts += 1
    return await withTaskGroup(of: (Int, Result<ModelReply, ConversationError>).self) { group in
      for (index, role) in roles.enumerated() {
        var copy = letter
        copy.addressee = role
        let addressed = copy
        group.addTask { (index, await self.answer(to: addressed)) }
      }
      var answers: [(Int, Result<ModelReply, ConversationError>)] = []
      for await answer in group { answers.append(answer) }
      return answers.sorted { $0.0 < $1.0 }.map { (roles[$0.0], $0.1) }
    }
  }

  /// What has happened so far.
  package var statistics: ConversationStatistics {
    var statistics = counts
    statistics.messages = threads.mapValues { $0.entries.count }
    statistics.models = tools.mapValues { $0.statistics }
    return statistics
  }

  private func answer(to letter: Letter) async -> Result<ModelReply, ConversationError> {
    do throws(ConversationError) {
      return .success(try await deliver(letter))
    } catch {
      return .failure(error)
    }
  }

  private func record(_ entries: [ConversationEntry], in name: ThreadName) async throws(ConversationError) {
    threads[name, default: ConversationThread(name: name)].append(entries)
    do {
      try await store?.append(entries, to: name)
    } catch {
      throw .store("\(error)")
    }
  }

  private func metadata(of letter: Letter, _ oversight: Oversight?) -> JSONObject {
    var metadata: JSONObject = [:]
    metadata["from"] = letter.sender.map { .string($0) }
    metadata["oversight"] = oversight.map { .string($0.word) }
    metadata["reason"] = oversight?.reason.map { .string($0) }
    metadata["fallback"] = oversight?.fallback.map { .string($0) }
    return metadata
  }

  private func metadata(of reply: ModelReply) -> JSONObject {
    var metadata: JSONObject = ["model": .string(reply.model.description), "server": .string(reply.server)]
    metadata["prompt_tokens"] = reply.usage.promptTokens.map { .integer($0) }
    metadata["output_tokens"] = reply.usage.outputTokens.map { .integer($0) }
    if reply.finish != .stop { metadata["finish"] = .string(reply.finish.description) }
    return metadata
  }
}
