import JSON
package import Pipeline

extension ConversationThread {
  /// What a specialist was asked in a run and has answered: the journal's own account of it, as a thread.
  ///
  /// `events` are those of the run, in order.
  package init(of role: SpecialistRole, in run: RunID, _ events: [StoredEvent]) {
    self.init(name: ThreadName(role.rawValue, topic: run.description))
    for stored in events where stored.run == run {
      // An answer that was given again is in the thread already.
      guard case .consultation(let asked) = stored.event, asked.role == role.rawValue, !asked.isRepeated,
        let answer = asked.answer
      else { continue }
      let question = asked.context.isEmpty ? asked.query : "\(asked.query)\n\n\(asked.context)"
      append([
        ConversationEntry(.user(question), time: stored.time, metadata: ["step": .integer(asked.step)]),
        ConversationEntry(.assistant(answer), time: stored.time),
      ])
    }
  }
}
