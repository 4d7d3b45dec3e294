package import SourceControl

/// One task as the planner wrote it, before it has an id.
package struct PlannedTask: Hashable, Codable, Sendable {
  package var description: String
  package var targets: [ProjectPath]
  /// Positions, from 1, in the list that the task stands in.
  package var dependsOn: [Int]
  /// 1 to 100, lower first.
  package var priority: Int

  package init(description: String, targets: [ProjectPath], dependsOn: [Int] = [], priority: Int = 50) {
    self.description = description
    self.targets = targets
    self.dependsOn = dependsOn
    self.priority = priority
  }
}
