/// Which tasks wait for which, by their positions in a list; built once, in time linear in tasks and dependencies.
package struct DependencyGraph: Hashable, Sendable {
  /// How many dependencies each task has; one that is named twice counts twice.
  package let dependencyCounts: [Int]
  /// Where the dependents of each task begin in `targets`; one entry more than there are tasks.
  private let starts: [Int]
  private let targets: [Int]

  /// Takes the positions that each task depends on, all of which must be positions of the list.
  package init(dependencies: [[Int]]) {
    var starts = [Int](repeating: 0, count: dependencies.count + 1)
    for positions in dependencies {
      for position in positions { starts[position + 1] += 1 }
    }
    for position in dependencies.indices { starts[position + 1] += starts[position] }
    var next = starts
    var targets = [Int](repeating: 0, count: starts[dependencies.count])
    for (dependent, positions) in dependencies.enumerated() {
      for position in positions {
        targets[next[position]] = dependent
        next[position] += 1
      }
    }
    dependencyCounts = dependencies.map { $0.count }
    self.starts = starts
    self.targets = targets
  }

  /// The tasks that depend on one, in the order of the list.
  package func dependents(of position: Int) -> ArraySlice<Int> {
    targets[starts[position]..<starts[position + 1]]
  }

  /// A circle of tasks of which each depends on the next, from its earliest one and with that again at the end.
  package static func cycle(in dependencies: [[Int]]) -> [Int]? {
    let graph = DependencyGraph(dependencies: dependencies)
    var unmet = graph.dependencyCounts
    var free = unmet.indices.filter { unmet[$0] == 0 }
    var freed = 0
    while let position = free.popLast() {
      freed += 1
      for dependent in graph.dependents(of: position) {
        unmet[dependent] -= 1
        if unmet[dependent] == 0 { free.append(dependent) }
      }
    }
    guard freed < unmet.count, let first = unmet.firstIndex(where: { $0 > 0 }) else { return nil }
    // Every task that is left depends on another that is left, so this walk comes back to where it was.
    var place: [Int: Int] = [:]
    var path: [Int] = []
    var position: Int? = first
    while let current = position {
      if let start = place[current] { return closed(path[start...]) }
      place[current] = path.count
      path.append(current)
      position = dependencies[current].first { unmet[$0] > 0 }
    }
    return nil
  }

  private static func closed(_ circle: ArraySlice<Int>) -> [Int] {
    guard let earliest = circle.min(), let start = circle.firstIndex(of: earliest) else { return [] }
    return circle[start...] + circle[..<start] + [earliest]
  }
}
