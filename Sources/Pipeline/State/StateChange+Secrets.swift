extension StateChange {
  /// The change without secrets in what models, users and checks said; ids, paths and contents stay as they are.
  func hidingSecrets(by mask: SecretMask) -> StateChange {
    switch self {
    case .runEnded(let outcome, let message, let tree):
      return .runEnded(outcome, message: mask.mask(message), tree: tree)
    case .taskAdded(let task, let attempts):
      return .taskAdded(task.hidingSecrets(by: mask), attempts: attempts)
    case .taskUpdated(let task):
      return .taskUpdated(task.hidingSecrets(by: mask))
    case .stepOpened(let step):
      return .stepOpened(step.hidingSecrets(by: mask))
    case .intentNoted(let step, var intent?):
      intent.reply = mask.mask(intent.reply)
      return .intentNoted(step: step, intent)
    case .questionAsked(var question):
      question.text = mask.mask(question.text)
      question.answer = question.answer.map { mask.mask($0) }
      return .questionAsked(question)
    case .questionAnswered(let id, let text):
      return .questionAnswered(id, mask.mask(text))
    case .rollbackBegun(var record):
      record.projection = record.projection?.hidingSecrets(by: mask)
      return .rollbackBegun(record)
    case .projectionReplaced(let projection):
      return .projectionReplaced(projection.hidingSecrets(by: mask))
    default:
      return self
    }
  }
}

extension Projection {
  fileprivate func hidingSecrets(by mask: SecretMask) -> Projection {
    var projection = self
    projection.tasks = tasks.map { $0.hidingSecrets(by: mask) }
    projection.openSteps = openSteps.map { $0.hidingSecrets(by: mask) }
    return projection
  }
}

extension TaskRecord {
  fileprivate func hidingSecrets(by mask: SecretMask) -> TaskRecord {
    var task = self
    task.description = mask.mask(description)
    task.reason = reason.map { mask.mask($0) }
    task.lastError = lastError.map { mask.mask($0) }
    task.lastReview = lastReview.map { mask.mask($0) }
    task.summary = summary.map { mask.mask($0) }
    for index in issues.indices {
      task.issues[index].description = mask.mask(issues[index].description)
      task.issues[index].suggestion = issues[index].suggestion.map { mask.mask($0) }
    }
    task.answers = answers.map { said in
      AnsweredQuestion(question: mask.mask(said.question), answer: mask.mask(said.answer))
    }
    return task
  }
}

extension OpenStep {
  fileprivate func hidingSecrets(by mask: SecretMask) -> OpenStep {
    var step = self
    step.decision.reason = mask.mask(decision.reason)
    step.decision.guidance = decision.guidance.map { mask.mask($0) }
    step.decision.question = decision.question.map { mask.mask($0) }
    step.decision.advice = decision.advice?.map { use in
      AdviceUse(role: use.role, verdict: use.verdict, reason: use.reason.map { mask.mask($0) })
    }
    return step
  }
}
