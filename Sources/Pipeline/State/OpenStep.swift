package import SourceControl

/// A step that has begun and whose result is not applied yet.
package struct OpenStep: Hashable, Codable, Sendable {
  package let number: Int
  package var decision: Decision
  /// The progress on which the decision was made.
  package var progress: String
  /// The listing of the project when the step began.
  package var baseTree: ObjectID
  /// The version of the plan that it was begun on; nil in steps of earlier versions of the program.
  package var plan: ObjectID?
  /// The model that was chosen for it; nil where there was no choice.
  package internal(set) var route: StepRoute?
  /// A file change that was journalled and may or may not have been carried out.
  package private(set) var intent: ChangeIntent?
  /// The files that the step has changed, with their content before its first change.
  package private(set) var origins: [FileOrigin] = []
  /// The changes of the project's files that were journalled for the task's merge; nil where none is under way.
  package internal(set) var merge: [FileOrigin]?

  package init(number: Int, decision: Decision, progress: String, baseTree: ObjectID, plan: ObjectID? = nil) {
    self.plan = plan
    self.number = number
    self.decision = decision
    self.progress = progress
    self.baseTree = baseTree
  }

  /// Takes note of the change that comes next, or that none is under way any more.
  mutating func note(_ intent: ChangeIntent?) {
    self.intent = intent
    guard let intent, !origins.contains(where: { $0.path == intent.path }) else { return }
    origins.append(FileOrigin(path: intent.path, before: intent.before))
  }
}

/// A file, and its content before something of ours first changed it.
package struct FileOrigin: Hashable, Codable, Sendable {
  package var path: ProjectPath
  /// Nil where there was no such file.
  package var before: ObjectID?
  /// What our last change left; nil where it removed the file.
  package var left: ObjectID?

  package init(path: ProjectPath, before: ObjectID?, left: ObjectID? = nil) {
    self.path = path
    self.before = before
    self.left = left
  }
}

/// A file change, written down before it is carried out.
package struct ChangeIntent: Hashable, Codable, Sendable {
  /// The call of the transcript's last answer that asked for it, from 0.
  package var call: Int
  package var path: ProjectPath
  package var before: ObjectID?
  package var after: ObjectID?
  /// What the model is told once it is done.
  package var reply: String

  package init(call: Int, path: ProjectPath, before: ObjectID?, after: ObjectID?, reply: String) {
    self.call = call
    self.path = path
    self.before = before
    self.after = after
    self.reply = reply
  }
}
