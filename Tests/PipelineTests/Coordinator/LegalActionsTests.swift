import SourceControl
import Testing

@testable import Pipeline

/// What can be begun beside what is under way.
@Suite struct LegalActionsTests {
  private static let version = ObjectID.emptyTree

  /// Four fresh tasks: the third shares a file with the first, the fourth depends on the second.
  private func state(_ edit: (inout PipelineState) throws -> Void = { _ in }) throws -> PipelineState {
    var state = PipelineState()
    try state.apply(.planAdopted(PlanRecord(version: Self.version)))
    for (number, targets) in [(1, ["a", "b"]), (2, ["c"]), (3, ["b"]), (4, ["d"])] as [(Int, [ProjectPath])] {
      let task = TaskRecord(
        id: TaskID(number: number),
        description: "\(number)",
        targets: targets,
        dependsOn: number == 4 ? [TaskID(number: 2)] : [],
        order: number
      )
      try state.apply(.taskAdded(task, attempts: 6))
    }
    try edit(&state)
    return state
  }

  private func legal(_ state: PipelineState, underway: [Int] = [], lanes: Bool = true) -> [String] {
    var legality = LegalActions(state: state, planVersion: Self.version, wantsDocumentation: false)
    legality.underway = Set(underway.map { TaskID(number: $0) })
    legality.usesLanes = lanes
    return legality.actions.map(\.description)
  }

  private func change(_ number: Int, in state: inout PipelineState, _ body: (inout TaskRecord) -> Void) throws {
    var task = try #require(state.task(TaskID(number: number)))
    body(&task)
    try state.apply(.taskUpdated(task))
  }

  private static let lane = LaneRecord(worktree: "task-t1", base: SnapshotID(number: 1))

  @Test func whatIsUnderWayAndWhatSharesItsFilesIsLeftOut() throws {
    #expect(legal(try state()) == ["coding t1", "coding t2", "coding t3"])
    #expect(legal(try state(), underway: [1]) == ["coding t2"])
    #expect(legal(try state(), underway: [1, 2]) == [])
    #expect(legal(try state(), underway: [2]) == ["coding t1", "coding t3"])
    #expect(legal(try state(), underway: [3]) == ["coding t2"])
  }

  @Test func aTaskWithAWorktreeHoldsItsFilesBetweenItsSteps() throws {
    let state = try state { state in
      try change(1, in: &state) { $0.lane = Self.lane }
      try state.apply(.taskMoved(TaskID(number: 1), .coded))
    }
    #expect(legal(state) == ["qa t1", "coding t2"])
    #expect(legal(state, underway: [2]) == ["qa t1"])
    // Files besides its targets are held too.
    let wide = try self.state { state in
      try change(1, in: &state) { task in
        task.lane = Self.lane
        task.noteChange(of: "c", before: nil, after: Self.version)
      }
    }
    #expect(legal(wide) == ["coding t1"])
  }

  @Test func whoWaitsForTheUserHoldsNothing() throws {
    let state = try state { state in
      try change(1, in: &state) { $0.lane = Self.lane }
      try state.apply(.taskMoved(TaskID(number: 1), .asked))
    }
    #expect(legal(state) == ["coding t2", "coding t3"])
  }

  @Test func whatWasBegunInTheProjectIsEndedThereAlone() throws {
    let state = try state { state in
      try change(2, in: &state) { $0.noteChange(of: "c", before: nil, after: Self.version) }
      try state.apply(.taskMoved(TaskID(number: 2), .coded))
    }
    #expect(legal(state) == ["qa t2"])
    #expect(legal(state, underway: [1]) == [])
    #expect(legal(state, lanes: false) == ["qa t2", "coding t1", "coding t3"])
  }

  @Test func planningAndTheEndWaitUntilNothingIsUnderWay() throws {
    var state = try state()
    try state.apply(.planAdopted(PlanRecord(version: try ObjectID(blob: [1]))))
    #expect(legal(state) == ["planning"])
    #expect(legal(state, underway: [2]) == [])
    #expect(
      legal(
        try self.state { state in
          for number in 1...4 { try state.apply(.taskMoved(TaskID(number: number), .abandoned)) }
        },
        underway: [2]
      ) == []
    )
  }
}
