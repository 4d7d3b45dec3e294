extension PipelineState {
  /// Applies one change; every store does it with this function, so that they cannot differ.
  package mutating func apply(_ change: StateChange) throws(IllegalTransition) {
    switch change {
    case .runStarted(let record):
      run = record
      runsMade = max(runsMade, record.id.number)
      planningTries = 0
    case .runContinued(let limits, let mode, let handling):
      run?.go(on: mode)
      run?.limits = limits
      run?.handling = handling
      run?.outcome = nil
      run?.message = nil
    case .runEnded(let outcome, let message, let tree):
      run?.outcome = outcome
      run?.message = message
      run?.tree = tree
    case .spent(let spending):
      run?.spent += spending
    case .reserveSpent(let spending):
      run?.reserveSpent += spending
    case .acceptedCounted(let change):
      run?.countAccepted(change)
    case .charged(let charge):
      money.add(charge)
    case .planAdopted(let record):
      plan = record
      planningTries = 0
    case .taskAdded(let task, let attempts):
      tasks.append(task)
      tasksMade = max(tasksMade, task.id.number)
      counters[task.id] = TaskCounters(attemptsAllowed: attempts)
    case .taskUpdated(let task):
      try update(task)
    case .taskMoved(let id, let event):
      try move(id, event)
    case .attemptDrawn(let id):
      counters[id]?.attemptsDrawn += 1
    case .attemptsGranted(let id, let count):
      counters[id]?.attemptsAllowed += count
      counters[id]?.overContext = 0
    case .overContextCounted(let id):
      counters[id]?.overContext += 1
    case .restored(let id):
      counters[id]?.restores += 1
      lastFailedWork = nil
    case .workEnded(let failed):
      lastFailedWork = failed
    case .askedAbout(let id):
      counters[id]?.wasAskedAbout = true
    case .planningTried:
      planningTries += 1
    case .workAbandoned:
      plan = nil
      tasks = []
      openSteps = []
      questions = []
      documentedAt = nil
    case .questionAsked(let question):
      questions.append(question)
      questionsMade = max(questionsMade, question.id.number)
      if let task = question.task { counters[task]?.questionsAsked += 1 }
    case .questionAnswered(let id, let text):
      guard let position = questions.firstIndex(where: { $0.id == id }) else { return }
      questions[position].answer = text
    case .questionClosed(let id):
      questions.removeAll { $0.id == id }
    case .outcomeCounted(let kind, let tier, let succeeded):
      outcomes[kind, default: TierOutcomes()][tier].count(succeeded: succeeded)
    case .outcomesAged(let percent):
      outcomes = outcomes.mapValues { $0.aged(keeping: percent) }
    case .failureCounted(let id, let isReview):
      counters[id]?.countFailure(isReview: isReview)
    case .stepRouted(let number, let route):
      guard let position = openSteps.firstIndex(where: { $0.number == number }) else { return }
      openSteps[position].route = route
    case .stepOpened, .intentNoted, .mergeNoted, .stepClosed, .documentationTried, .transcriptAppended:
      applyStep(change)
    case .checksRan, .checksApproved, .byProductsFound, .byProductsEnded, .filesKnown, .blobKept, .tokensCalibrated:
      applyFinding(change)
    case .projectionReplaced(let projection):
      replace(with: projection)
    case .rollbackBegun(let record):
      rollbacksMade = max(rollbacksMade, record.number)
    case .rollbackEnded, .rollbackAbandoned:
      break
    }
  }

  private mutating func applyStep(_ change: StateChange) {
    switch change {
    case .stepOpened(let step):
      openSteps.append(step)
      stepsTaken = max(stepsTaken, step.number)
    case .intentNoted(let number, let intent):
      guard let position = openSteps.firstIndex(where: { $0.number == number }) else { return }
      openSteps[position].note(intent)
    case .mergeNoted(let number, let files):
      guard let position = openSteps.firstIndex(where: { $0.number == number }) else { return }
      openSteps[position].merge = files
    case .stepClosed(let number):
      openSteps.removeAll { $0.number == number }
    case .documentationTried(let number):
      documentedAt = number
    default:
      break
    }
  }

  private mutating func applyFinding(_ change: StateChange) {
    switch change {
    case .checksRan(let statuses): latestChecks = statuses
    case .checksApproved(let statuses): approvedChecks = statuses
    case .byProductsFound(let paths): byProducts.formUnion(paths)
    case .byProductsEnded(let paths): byProducts.subtract(paths)
    case .tokensCalibrated(let estimator): tokenEstimator = estimator
    default: break
    }
  }

  private mutating func update(_ task: TaskRecord) throws(IllegalTransition) {
    guard let position = position(of: task.id) else { throw IllegalTransition(task: task.id, from: nil, event: nil) }
    guard tasks[position].status == task.status else {
      throw IllegalTransition(task: task.id, from: tasks[position].status, event: nil)
    }
    tasks[position] = task
  }

  private mutating func move(_ id: TaskID, _ event: TaskEvent) throws(IllegalTransition) {
    guard let position = position(of: id) else { throw IllegalTransition(task: id, from: nil, event: event) }
    let task = tasks[position]
    let next = task.status.after(event, hasAttemptsLeft: attemptsLeft(id) > 0, waitingFrom: task.waitingFrom)
    guard let next else { throw IllegalTransition(task: id, from: task.status, event: event) }
    tasks[position].waitingFrom = next == .needsUser ? task.status : nil
    tasks[position].status = next
  }
}
