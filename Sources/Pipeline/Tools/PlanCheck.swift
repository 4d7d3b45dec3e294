import SourceControl

/// The rules that the tasks of a plan keep among each other.
enum PlanCheck {
  /// Everything that is wrong; empty if the plan holds.
  static func reasons(against tasks: [PlannedTask]) -> [String] {
    let reasons = twins(in: tasks) + positions(in: tasks)
    guard reasons.isEmpty else { return reasons }
    let dependencies = tasks.map { task in task.dependsOn.map { $0 - 1 } }
    guard let cycle = DependencyGraph.cycle(in: dependencies) else { return [] }
    return ["The tasks \(cycle.map { "\($0 + 1)" }.joined(separator: " → ")) wait for each other in a circle."]
  }

  private struct Identity: Hashable {
    let targets: Set<ProjectPath>
    let description: String
  }

  private static func twins(in tasks: [PlannedTask]) -> [String] {
    var first: [Identity: Int] = [:]
    var reasons: [String] = []
    for (index, task) in tasks.enumerated() {
      let identity = Identity(targets: Set(task.targets), description: task.description)
      if let other = first[identity] {
        reasons.append("Task \(index + 1) is the same as task \(other + 1).")
      } else {
        first[identity] = index
      }
    }
    return reasons
  }

  private static func positions(in tasks: [PlannedTask]) -> [String] {
    tasks.enumerated().flatMap { index, task in
      task.dependsOn.compactMap { position in
        if position == index + 1 { return "Task \(index + 1) depends on itself." }
        if (1...tasks.count).contains(position) { return nil }
        return "Task \(index + 1) depends on task \(position), but there are \(tasks.count) tasks."
      }
    }
  }
}
