/// A question to the user that a task waits for.
package struct Question: Hashable, Codable, Sendable, Identifiable {
  package let id: QuestionID
  /// The task that waits, or nil where planning asked.
  package var task: TaskID?
  package var text: String
  package var answer: String?
  /// Whether the answer has reached the task.
  package var isApplied: Bool

  package init(id: QuestionID, task: TaskID?, text: String, answer: String? = nil, isApplied: Bool = false) {
    self.id = id
    self.task = task
    self.text = text
    self.answer = answer
    self.isApplied = isApplied
  }
}
