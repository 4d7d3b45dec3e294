import SourceControl

/// The rules that the tasks of a plan keep among each other.
enum PlanCheck {
  /// Everything that is wrong; empty if the plan holds.
  static func reasons(against tasks: [PlannedTask]) -> [String] {
    let reasons = twins(in: tasks) + positions(in: tasks)
    guard reasons.isEmpty, let cycle = cycle(in: tasks) else { return reasons }
    return ["The tasks \(cycle.map(String.init).joined(separator: " → ")) wait for each other in a circle."]
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

  /// The positions of a circle, with the first repeated at the end.
  private static func cycle(in tasks: [PlannedTask]) -> [Int]? {
    var isClear = [Bool](repeating: false, count: tasks.count)
    var path: [Int] = []

    func search(from index: Int) -> [Int]? {
      if let start = path.firstIndex(of: index) { return path[start...].map { $0 + 1 } + [index + 1] }
      if isClear[index] { return nil }
      path.append(index)
      for position in tasks[index].dependsOn {
        if let cycle = search(from: position - 1) { return cycle }
      }
      path.removeLast()
      isClear[index] = true
      return nil
    }

    for index in tasks.indices {
      if let cycle = search(from: index) { return cycle }
    }
    return nil
  }
}
