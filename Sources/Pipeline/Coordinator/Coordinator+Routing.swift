extension Coordinator {
  /// Counts how a step went with the model that was chosen for it.
  ///
  /// Work has succeeded when its review approves it, and failed when that rejects it, whatever the worker said of it. What
  /// no model is to blame for counts nothing.
  func countRoute(
    of step: Int,
    _ result: PhaseResult,
    of phase: PhaseName,
    to task: TaskID?,
    in edit: inout StateEdit
  ) throws {
    let route = edit.state.openSteps.first { $0.number == step }?.route
    let worker = task.flatMap { edit.state.task($0)?.worker }
    func count(_ route: StepRoute?, _ succeeded: Bool) throws {
      guard let route else { return }
      try edit.add(.outcomeCounted(kind: route.kind, route.tier, succeeded: succeeded))
    }
    func fail(_ route: StepRoute?, isReview: Bool = false) throws {
      guard route != nil, let task else { return }
      try count(route, false)
      try edit.add(.failureCounted(task, isReview: isReview))
    }
    switch result {
    case .planned, .documented: try count(route, true)
    case .planningFailed, .documentationFailed: try count(route, false)
    case .worked:
      guard let route, let task, var record = edit.state.task(task) else { return }
      record.worker = route
      try edit.add(.taskUpdated(record))
    case .approved:
      try count(route, true)
      try count(worker, true)
    case .rejected:
      try count(route, true)
      try fail(worker)
    case .fruitless, .unusable, .noVerdict, .overContext:
      if task == nil { try count(route, false) } else { try fail(route, isReview: phase == .qa) }
    case .asked, .conflict: break
    }
  }
}
