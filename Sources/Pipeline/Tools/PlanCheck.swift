import SourceControl

/// The rules that the tasks of a plan keep among each other.
enum PlanCheck {
  /// Everything that is wrong; empty if the plan holds.
  static func reasons(against tasks: [PlannedTask]) -> [String] {
    let reasons = twins(in: tasks) + folders(in: tasks) + positions(in: tasks)
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

  /// What is a file to one task cannot be a folder to another.
  private static func folders(in tasks: [PlannedTask]) -> [String] {
    let targets = tasks.enumerated().flatMap { index, task in task.targets.map { (task: index + 1, path: $0) } }
    let files = Dictionary(targets.map { ($0.path.bytes, $0.task) }) { first, _ in first }
    return targets.compactMap { target in
      let bytes = target.path.bytes
      let slashes = bytes.indices.filter { bytes[$0] == UInt8(ascii: "/") }
      guard let file = slashes.map({ Array(bytes[..<$0]) }).first(where: { files[$0] != nil }) else { return nil }
      let name = String(decoding: file, as: UTF8.self)
      return "'\(target.path)' of task \(target.task) lies in '\(name)', which is a file of task \(files[file] ?? 0)."
    }
  }

  private static func positions(in tasks: [PlannedTask]) -> [String] {
    tasks.enumerated().flatMap { index, task in
      task.dependsOn.compactMap { position in
        if position == index + 1 { return "Task \(index + 1) depends on itself." }
        if (1...tasks.count).contains(position) { return nil }
        let count = tasks.count == 1 ? "is one task" : "are \(tasks.count) tasks"
        return "Task \(index + 1) depends on task \(position), but there \(count)."
      }
    }
  }
}
