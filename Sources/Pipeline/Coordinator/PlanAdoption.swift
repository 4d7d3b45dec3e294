import SourceControl

/// Makes tasks of a new plan, keeping what is done and what is still the same.
struct PlanAdoption {
  let tasks: [PlannedTask]
  let version: ObjectID
  /// The attempts that a new task gets.
  let attempts: Int

  func apply(to edit: inout StateEdit) throws {
    var ids: [TaskID] = []
    var next = edit.state.tasksMade
    var kept: Set<TaskID> = []
    for planned in tasks {
      let same = edit.state.tasks.first { old in
        !kept.contains(old.id) && old.failure != .notInPlan && old.description == planned.description
          && Set(old.targets) == Set(planned.targets)
      }
      if let same {
        kept.insert(same.id)
        ids.append(same.id)
      } else {
        next += 1
        ids.append(TaskID(number: next))
      }
    }
    for (order, (planned, id)) in zip(tasks, ids).enumerated() {
      let dependencies = planned.dependsOn.map { ids[$0 - 1] }
      if var task = edit.state.task(id) {
        task.order = order
        task.priority = planned.priority
        task.dependsOn = dependencies
        try edit.add(.taskUpdated(task))
      } else {
        let task = TaskRecord(
          id: id,
          description: planned.description,
          targets: planned.targets,
          dependsOn: dependencies,
          priority: planned.priority,
          order: order
        )
        try edit.add(.taskAdded(task, attempts: attempts))
      }
    }
    let adopted = Set(ids)
    try edit.add(.planAdopted(PlanRecord(version: version)))
    var leaving = edit.state.tasks.filter { $0.status.isOpen && !adopted.contains($0.id) }
    // What depends on another leaves before it, or it would be blocked for that.
    while let index = leaving.firstIndex(where: { task in !leaving.contains { $0.dependsOn.contains(task.id) } }) {
      try edit.move(leaving.remove(at: index).id, .leftPlan, reason: "It is not in the plan any more.")
    }
    // A task may hang on one that had failed before the plan changed.
    for task in edit.state.tasks where task.status == .pending {
      let hopeless = task.dependsOn.first { [.failed, .blocked].contains(edit.state.task($0)?.status) }
      guard let hopeless, edit.state.task(task.id)?.status == .pending else { continue }
      try edit.move(task.id, .dependencyFailed, reason: "It depends on '\(hopeless)', which did not get done.")
    }
    // Planning waits for no answer any more, and neither does what has left the plan.
    for question in edit.state.questions {
      if let task = question.task, edit.state.task(task)?.status == .needsUser { continue }
      try edit.add(.questionClosed(question.id))
    }
    edit.add(.planChanged(event(ids, in: edit.state)))
  }

  private func event(_ ids: [TaskID], in state: PipelineState) -> PlanChangedEvent {
    PlanChangedEvent(
      version: version,
      tasks: ids.compactMap { state.task($0) }.map { task in
        PlanTaskEvent(
          task: task.id,
          description: task.description,
          targets: task.targets,
          dependsOn: task.dependsOn,
          priority: task.priority,
          status: task.status
        )
      }
    )
  }
}
