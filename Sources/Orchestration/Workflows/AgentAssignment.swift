package import Pipeline

/// What somebody is to do for a workflow.
package struct AgentAssignment: Sendable {
  package var task: WorkflowTask
  /// From 1.
  package var attempt: Int
  /// The results of the tasks that it depends on, in the order in which it names them.
  package var inputs: [AgentInput]
  /// Takes what the attempt spends as soon as it is spent, so that it counts whatever comes of the attempt.
  package let spending = SpendingTally()

  package init(task: WorkflowTask, attempt: Int, inputs: [AgentInput]) {
    self.task = task
    self.attempt = attempt
    self.inputs = inputs
  }
}

/// The result of one task, as another is told of it.
package struct AgentInput: Hashable, Sendable {
  package var task: String
  package var text: String

  package init(task: String, text: String) {
    self.task = task
    self.text = text
  }
}

/// What a task came to.
package struct AgentAnswer: Hashable, Sendable {
  package var text: String

  package init(_ text: String) {
    self.text = text
  }
}

/// Why a task came to nothing.
package struct AgentFailure: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// Another attempt may do better.
    case work
    /// The task cannot be done as it is, however often it is tried.
    case unfit
    /// The server is at fault, and was given its time.
    case unavailable
    /// Nothing will do before somebody changes something.
    case configuration
    /// There is nothing left to spend: the workflow stops.
    case budget
  }

  package var kind: Kind
  package var message: String

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }
}

extension AgentFailure: CustomStringConvertible {
  package var description: String { message }
}

/// Does the work of one task; throws `AgentFailure` where it comes to nothing, and `CancellationError`.
package typealias AgentWork = @Sendable (AgentAssignment) async throws -> AgentAnswer
