@testable import Pipeline

/// The same scheduling as a `ReadyQueue`'s, looked for anew each time in the plainest way.
struct NaiveScheduler {
  let tasks: [QueuedTask]
  let limits: SchedulingLimits
  private(set) var running: [Int] = []
  private var succeeded: Set<Int> = []
  private var failed: [Int] = []
  private var skipped: [Int: Int] = [:]
  /// The models that each server has loaded, the one that was used last at the end.
  private var loaded: [String: [String?]] = [:]
  private var passed: [String: Int] = [:]

  init(_ tasks: [QueuedTask], _ limits: SchedulingLimits, succeeded: Set<String>) {
    self.tasks = tasks
    self.limits = limits
    self.succeeded = Set(tasks.indices.filter { succeeded.contains(tasks[$0].id) })
  }

  func standing(of position: Int) -> ReadyQueue.Standing {
    if succeeded.contains(position) { return .succeeded }
    if running.contains(position) { return .running }
    if failed.contains(position) { return .failed }
    if let cause = skipped[position] { return .skipped(because: cause) }
    return dependencies(of: position).allSatisfy { succeeded.contains($0) } ? .ready : .pending
  }

  mutating func start() -> Int? {
    guard running.count < limits.slots else { return nil }
    let servers = Set(tasks.map { $0.server })
    guard let chosen = servers.compactMap({ choice(on: $0) }).min(by: isEarlier) else { return nil }
    take(chosen)
    return chosen
  }

  mutating func succeed(_ position: Int) {
    running.removeAll { $0 == position }
    succeeded.insert(position)
  }

  mutating func retry(_ position: Int) { running.removeAll { $0 == position } }

  mutating func fail(_ position: Int) -> [Int] {
    running.removeAll { $0 == position }
    failed.append(position)
    var new: Set<Int> = []
    var hasChanged = true
    while hasChanged {
      hasChanged = false
      for task in tasks.indices where standing(of: task) == .pending {
        if dependencies(of: task).contains(where: { $0 == position || new.contains($0) }) {
          skipped[task] = position
          new.insert(task)
          hasChanged = true
        }
      }
    }
    return new.sorted()
  }

  private func dependencies(of position: Int) -> [Int] {
    tasks[position].dependsOn.compactMap { id in tasks.firstIndex { $0.id == id } }
  }

  private func isEarlier(_ left: Int, _ right: Int) -> Bool {
    (tasks[left].priority, tasks[left].stage, left) < (tasks[right].priority, tasks[right].stage, right)
  }

  private func choice(on server: String?) -> Int? {
    let ready = tasks.indices.filter { tasks[$0].server == server && standing(of: $0) == .ready }.sorted(by: isEarlier)
    let capacity = server.flatMap { limits.servers[$0] } ?? ServerCapacity()
    let busy = running.filter { tasks[$0].server == server }
    guard let first = ready.first, busy.count < max(1, capacity.slots ?? .max) else { return nil }
    guard let server, let resident = capacity.resident else { return first }
    let models = loaded[server] ?? []
    if models.contains(tasks[first].model) || models.count < max(1, resident) { return first }
    if passed[server, default: 0] < limits.swapPatience,
      let drained = ready.first(where: { models.contains(tasks[$0].model) })
    {
      return drained
    }
    return models.contains { model in !busy.contains { tasks[$0].model == model } } ? first : nil
  }

  private mutating func take(_ position: Int) {
    if let server = tasks[position].server, let resident = limits.servers[server]?.resident {
      let ready = tasks.indices.filter { tasks[$0].server == server && standing(of: $0) == .ready }
      passed[server] = ready.min(by: isEarlier) == position ? 0 : passed[server, default: 0] + 1
      var models = loaded[server] ?? []
      if let known = models.firstIndex(of: tasks[position].model) {
        models.remove(at: known)
      } else if models.count >= max(1, resident) {
        let busy = running.filter { tasks[$0].server == server }.map { tasks[$0].model }
        if let idle = models.firstIndex(where: { !busy.contains($0) }) { models.remove(at: idle) }
      }
      loaded[server] = models + [tasks[position].model]
    }
    running.append(position)
  }
}
