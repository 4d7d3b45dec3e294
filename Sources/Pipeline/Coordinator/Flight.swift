/// The steps that are under way, and those whose end is still to be taken in.
struct Flight: Sendable {
  private var jobs: [Int: Job] = [:]
  /// What has ended, in the order in which it came.
  private var arrived: [(Job, Job.Finding)] = []
  private var landed: [(Job, Job.Finding)] = []
  /// The step whose task is being joined with the project: one at a time, so that its checks are not in vain.
  private var joining: Int?

  var isEmpty: Bool { jobs.isEmpty }

  /// The tasks that have a step under way.
  var tasks: Set<TaskID> { Set(jobs.values.compactMap(\.task)) }

  func holds(_ step: OpenStep) -> Bool { jobs[step.number] != nil }

  /// Whether one more may begin beside these; what is done in the project itself has nothing beside it.
  func hasRoom(_ limit: Int) -> Bool { jobs.count < limit && !jobs.values.contains(where: \.isInProject) }

  /// Takes a step in that begins, or that has to go on with its checks.
  mutating func begin(_ job: Job) {
    jobs[job.step.number] = job
    if case .checks = job.work { joining = job.step.number }
  }

  /// Notes that the work of a step has ended.
  mutating func arrive(_ job: Job, _ finding: Job.Finding) {
    arrived.append((job, finding))
  }

  /// Whether the work of that step has ended, or that of any where none is named.
  func hasArrived(_ step: Int?) -> Bool { arrived.contains { step == nil || $0.0.step.number == step } }

  /// Takes in that the work of a step has ended: of that one, or of the first where none is named or that never comes.
  mutating func land(_ step: Int?) -> Int {
    guard !arrived.isEmpty else { preconditionFailure("Nobody waits for nothing.") }
    let (job, finding) = arrived.remove(at: arrived.firstIndex { $0.0.step.number == step } ?? 0)
    landed.append((job, finding))
    return job.step.number
  }

  /// The next end to be written down, in the order in which they came; an approval waits while another is joined.
  mutating func takeLanded() -> (Job, Job.Finding)? {
    let index = landed.firstIndex { job, finding in
      guard joining != nil, joining != job.step.number, case .result(.approved) = finding else { return true }
      return false
    }
    return index.map { landed.remove(at: $0) }
  }

  mutating func end(_ job: Job) {
    jobs[job.step.number] = nil
    if joining == job.step.number { joining = nil }
  }
}
