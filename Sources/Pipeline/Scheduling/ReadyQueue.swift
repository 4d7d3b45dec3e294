import Wording

/// Which of many tasks may run now, and which of those comes first.
///
/// A task is ready as soon as the last one that it depends on has succeeded; nothing waits for anything else. Ready
/// tasks are started by priority, then stage, then their place in the list, as far as there are slots. Tasks are named
/// by their position in the list.
package struct ReadyQueue: Sendable {
  package enum Standing: Hashable, Sendable {
    /// It waits for others.
    case pending
    case ready
    case running
    case succeeded
    case failed
    /// It depends, directly or not, on this task, which failed.
    case skipped(because: Int)
  }

  /// The task's lane, and its group there.
  private struct Place {
    var lane: Int
    var group: Int
  }

  package let tasks: [QueuedTask]
  private let dependencies: [[Int]]
  private let graph: DependencyGraph
  private let slots: Int
  /// The place of each task in the order in which ready ones are started.
  private let ranks: [Int]
  /// The tasks in that order.
  private let order: [Int]
  private let places: [Place]
  private var lanes: [ServerLane]
  private var unmet: [Int]
  private var standings: [Standing]
  package private(set) var runningCount = 0

  /// Takes the tasks, of which those with the ids in `succeeded` need not run again.
  package init(
    _ tasks: [QueuedTask],
    limits: SchedulingLimits = SchedulingLimits(),
    succeeded: Set<String> = []
  ) throws(DependencyError) {
    let dependencies = try Self.positions(of: tasks)
    if let cycle = DependencyGraph.cycle(in: dependencies) { throw .cycle(cycle.map { tasks[$0].id }) }
    self.tasks = tasks
    self.dependencies = dependencies
    slots = limits.slots
    graph = DependencyGraph(dependencies: dependencies)
    order = tasks.indices.sorted { left, right in
      (tasks[left].priority, tasks[left].stage, left) < (tasks[right].priority, tasks[right].stage, right)
    }
    var ranks = [Int](repeating: 0, count: tasks.count)
    for (rank, position) in order.enumerated() { ranks[position] = rank }
    self.ranks = ranks
    (lanes, places) = Self.lanes(for: tasks, limits)
    unmet = graph.dependencyCounts
    standings = [Standing](repeating: .pending, count: tasks.count)
    for position in tasks.indices where succeeded.contains(tasks[position].id) { standings[position] = .succeeded }
    for position in tasks.indices where standings[position] == .succeeded {
      for dependent in graph.dependents(of: position) { unmet[dependent] -= 1 }
    }
    for position in tasks.indices where standings[position] == .pending && unmet[position] == 0 { makeReady(position) }
  }

  package func standing(of position: Int) -> Standing { standings[position] }

  /// The tasks that a task depends on, each once, in the order in which it names them.
  package func dependencies(of position: Int) -> [Int] { dependencies[position] }

  /// Starts the task that comes first among those that may run now; nil where none may.
  package mutating func start() -> Int? {
    guard runningCount < slots else { return nil }
    var best: (lane: Int, next: (rank: Int, group: Int))?
    for (index, lane) in lanes.enumerated() {
      if let next = lane.next, next.rank < best?.next.rank ?? .max { best = (index, next) }
    }
    guard let best else { return nil }
    lanes[best.lane].start(best.next)
    let position = order[best.next.rank]
    standings[position] = .running
    runningCount += 1
    return position
  }

  /// Ends a running task well; whatever waited for nothing else is ready.
  package mutating func succeed(_ position: Int) {
    end(position, as: .succeeded)
    for dependent in graph.dependents(of: position) {
      unmet[dependent] -= 1
      if unmet[dependent] == 0, standings[dependent] == .pending { makeReady(dependent) }
    }
  }

  /// Ends a running task badly, and answers those that are skipped because of it, in the order of the list.
  package mutating func fail(_ position: Int) -> [Int] {
    end(position, as: .failed)
    var skipped: [Int] = []
    var open = [position]
    while let next = open.popLast() {
      for dependent in graph.dependents(of: next) where standings[dependent] == .pending {
        standings[dependent] = .skipped(because: position)
        skipped.append(dependent)
        open.append(dependent)
      }
    }
    return skipped.sorted()
  }

  /// Puts a running task back, to be started once more.
  package mutating func retry(_ position: Int) {
    end(position, as: .pending)
    makeReady(position)
  }

  private mutating func makeReady(_ position: Int) {
    standings[position] = .ready
    lanes[places[position].lane].wait(ranks[position], in: places[position].group)
  }

  private mutating func end(_ position: Int, as standing: Standing) {
    precondition(standings[position] == .running, "only what runs can end")
    standings[position] = standing
    lanes[places[position].lane].end(in: places[position].group)
    runningCount -= 1
  }

  /// The positions that each task depends on, each once.
  private static func positions(of tasks: [QueuedTask]) throws(DependencyError) -> [[Int]] {
    var positions: [String: Int] = [:]
    positions.reserveCapacity(tasks.count)
    for (position, task) in tasks.enumerated() {
      guard positions.updateValue(position, forKey: task.id) == nil else { throw .duplicate(id: task.id) }
    }
    var dependencies: [[Int]] = []
    dependencies.reserveCapacity(tasks.count)
    // The last task that has named each.
    var namedBy = [Int](repeating: -1, count: tasks.count)
    for (dependent, task) in tasks.enumerated() {
      var found: [Int] = []
      found.reserveCapacity(task.dependsOn.count)
      for id in task.dependsOn {
        guard let position = positions[id] else {
          throw .unknown(id: id, of: task.id, suggestion: closest(to: id, in: tasks.map { $0.id }))
        }
        guard namedBy[position] != dependent else { continue }
        namedBy[position] = dependent
        found.append(position)
      }
      dependencies.append(found)
    }
    return dependencies
  }

  /// A lane for each server and one for the tasks without, and the place of each task in them.
  private static func lanes(for tasks: [QueuedTask], _ limits: SchedulingLimits) -> ([ServerLane], [Place]) {
    var lanes: [ServerLane] = []
    var numbers: [String?: Int] = [:]
    var groups: [[String?: Int]] = []
    let places = tasks.map { task in
      let number: Int
      if let known = numbers[task.server] {
        number = known
      } else {
        number = lanes.count
        numbers[task.server] = number
        let capacity = task.server.flatMap { limits.servers[$0] } ?? ServerCapacity()
        lanes.append(ServerLane(capacity, patience: limits.swapPatience))
        groups.append([:])
      }
      // Where all models fit, they need not be told apart.
      let model = task.server.flatMap { limits.servers[$0]?.resident } == nil ? nil : task.model
      if let group = groups[number][model] { return Place(lane: number, group: group) }
      let group = lanes[number].addGroup()
      groups[number][model] = group
      return Place(lane: number, group: group)
    }
    return (lanes, places)
  }
}
