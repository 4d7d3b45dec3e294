package import SourceControl

/// Tasks were made from a new or changed plan.
package struct PlanChangedEvent: Hashable, Codable, Sendable {
  package var version: ObjectID
  package var tasks: [PlanTaskEvent]

  package init(version: ObjectID, tasks: [PlanTaskEvent]) {
    self.version = version
    self.tasks = tasks
  }
}

/// One task of a plan as it was adopted.
package struct PlanTaskEvent: Hashable, Codable, Sendable {
  package var task: TaskID
  package var description: String
  package var targets: [ProjectPath]
  package var dependsOn: [TaskID]
  package var priority: Int
  package var status: TaskStatus

  package init(
    task: TaskID,
    description: String,
    targets: [ProjectPath],
    dependsOn: [TaskID],
    priority: Int,
    status: TaskStatus
  ) {
    self.task = task
    self.description = description
    self.targets = targets
    self.dependsOn = dependsOn
    self.priority = priority
    self.status = status
  }

  private enum CodingKeys: String, CodingKey {
    case task
    case description
    case targets
    case dependsOn = "depends_on"
    case priority
    case status
  }
}
