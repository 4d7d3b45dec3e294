import Persistence
import Pipeline
import SourceControl
import TestSupport
import Testing

@Suite struct StateManagerTests {
  private let folder: TemporaryDirectory
  private var path: String { folder.appending("state.db") }

  init() throws {
    folder = try TemporaryDirectory()
  }

  @Test func readsBackAllThatItWrote() async throws {
    let first = try StateManager(path: path)
    try await first.commit(Self.everything, [.warning(MessageEvent(message: "m", step: 1))])
    let second = try StateManager(path: path)
    #expect(second.state == first.state)
    #expect(second.knownFiles() == first.knownFiles())
    let next = try await second.commit([], [.warning(MessageEvent(message: "n"))])
    #expect(next.map(\.sequence) == [2])
  }

  @Test func writesARowThatChangesTwiceAsItIsInTheEnd() async throws {
    let first = try StateManager(path: path)
    try await first.commit(Self.everything, [])
    var task = try #require(first.state.tasks.first)
    task.summary = "one"
    try await first.commit([.taskUpdated(task), .spent(Spending(calls: 1))], [])
    task.summary = "two"
    let twice: [StateChange] = [.taskUpdated(task), .spent(Spending(calls: 1)), .spent(Spending(calls: 2))]
    task.summary = "three"
    try await first.commit(twice + [.attemptDrawn(task.id), .taskUpdated(task)], [])
    let second = try StateManager(path: path)
    #expect(second.state == first.state)
    #expect(second.state.task(task.id)?.summary == "three")
  }

  @Test func abandoningWorkKeepsWhatIsNeverRewound() async throws {
    let store = try StateManager(path: path)
    try await store.commit(Self.everything, [])
    try await store.commit([.workAbandoned], [])
    let state = try StateManager(path: path).state
    #expect(state.tasks.isEmpty && state.plan == nil && state.openSteps.isEmpty)
    #expect(state.tasksMade == 1)
    #expect(state.counters[TaskID(number: 1)]?.attemptsDrawn == 1)
    #expect(state.run?.spent.calls == 2)
  }

  @Test func seesAnAnswerThatAnotherConnectionWrote() async throws {
    let store = try StateManager(path: path)
    try await store.commit(Self.everything, [])
    let other = try Connection(path: path)
    try other.execute("UPDATE question SET answer = 'yes' WHERE id = 1")
    let answers = try await store.unappliedAnswers()
    #expect(answers.map(\.answer) == ["yes"])
    try await store.commit([.questionAnswered(QuestionID(number: 1), "yes")], [])
    #expect(try await store.unappliedAnswers().isEmpty)
  }

  @Test func refusesADamagedDatabaseAndLeavesItAlone() throws {
    try folder.write("this is no database, it is a diary of some length", to: "state.db")
    #expect(throws: UnusableDatabase.self) { try StateManager(path: path) }
    #expect(folder.text(of: "state.db") == "this is no database, it is a diary of some length")
  }

  @Test func readsWhatTheFirstVersionWrote() async throws {
    let connection = try Connection(path: path)
    try Migrator(Array(Migration.embedded.prefix(1))).migrate(connection)
    try connection.executeScript(
      """
      INSERT INTO task VALUES (1, 'done', '{"id":"t1","description":"Write a.","targets":["a"],"dependsOn":[],\
      "priority":10,"order":0,"status":"done","origins":[{"path":"a"}],"issues":[],"doneAt":3,"answers":[]}');
      INSERT INTO task_counter VALUES
        (1, '{"attemptsDrawn":1,"attemptsAllowed":6,"overContext":0,"questionsAsked":0}');
      INSERT INTO run VALUES (1, '{"id":"r1","mode":"traditional","limits":{"calls":2000},"spent":{"steps":8,"calls":17,\
      "promptTokens":5,"outputTokens":6,"seconds":0.5},"outcome":"complete","message":"Done."}');
      INSERT INTO event VALUES
        (1, 0, 1, NULL, 'run.resumed', '{"type":"run.resumed","mode":"traditional","mode_origin":"default","limits":{}}');
      """
    )
    let store = try StateManager(path: path)
    let state = store.state
    #expect(state.tasks.map(\.status) == [.done])
    #expect(state.attemptsLeft(TaskID(number: 1)) == 5)
    #expect(state.run?.reserveSpent == Spending())
    #expect(try await store.lastEvents([.runResumed], count: 5).count == 1)
  }

  @Test func refusesANewerDatabase() throws {
    _ = try StateManager(path: path)
    try Connection(path: path).executeScript("PRAGMA user_version = 999")
    #expect(throws: UnusableDatabase.newer(path: path, version: 999, newest: 6)) { try StateManager(path: path) }
  }

  @Test func hidesSecretsInWhatItRecords() async throws {
    let mask = SecretMask(environment: ["SOME_API_KEY": "hunter2hunter2"])
    let store = try StateManager(path: path, mask: mask)
    try await store.commit(
      [.transcriptAppended(step: 1, [TranscriptEntry(.user("the key is hunter2hunter2"))])],
      [.warning(MessageEvent(message: "hunter2hunter2"))]
    )
    let texts = try Connection(path: path).rows(
      "SELECT payload FROM event UNION ALL SELECT entry FROM transcript"
    ) { try $0.text(0) }
    #expect(texts.count == 2)
    #expect(texts.allSatisfy { !$0.contains("hunter2") })
  }

  @Test func hidesSecretsInTheStateItself() async throws {
    let secret = "hunter2hunter2"
    let store = try StateManager(path: path, mask: SecretMask(environment: ["SOME_API_KEY": secret]))
    var task = TaskRecord(id: TaskID(number: 1), description: "Use \(secret).", targets: ["a"], order: 0)
    task.issues = [ReviewIssue(path: "a", kind: .logic, description: secret, suggestion: secret)]
    (task.lastError, task.summary, task.reason) = (secret, secret, secret)
    task.answers = [AnsweredQuestion(question: secret, answer: secret)]
    let decision = Decision(
      action: .phase(.coding, task.id),
      reason: secret,
      maker: "rules",
      guidance: secret,
      question: secret,
      advice: [AdviceUse(role: "coding", verdict: .dropped, reason: secret)]
    )
    let id = try ObjectID(blob: [1])
    try await store.commit(
      [
        .runStarted(RunRecord(id: RunID(number: 1), mode: "traditional", limits: RunLimits())),
        .taskAdded(task, attempts: 2), .taskUpdated(task),
        .stepOpened(OpenStep(number: 1, decision: decision, progress: "p", baseTree: id)),
        .intentNoted(step: 1, ChangeIntent(call: 0, path: "a", before: nil, after: id, reply: secret)),
        .questionAsked(Question(id: QuestionID(number: 1), task: task.id, text: secret)),
        .questionAnswered(QuestionID(number: 1), secret),
        .runEnded(.needsUser, message: secret, tree: nil),
      ],
      []
    )
    let state = store.state
    #expect(state.tasks.first?.description == "Use [hidden].")
    #expect(!"\(state)".contains(secret))
    var projection = state.projection
    projection.tasks = [task]
    try await store.commit([.projectionReplaced(projection)], [])
    #expect(!"\(store.state)".contains(secret))
    let bytes = FileBytes.read(path, limit: .max).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let log = FileBytes.read("\(path)-wal", limit: .max).map { String(decoding: $0, as: UTF8.self) } ?? ""
    #expect(!bytes.isEmpty && !(bytes + log).contains(secret))
  }

  /// One of each change, so that nothing is written that is not read.
  private static var everything: [StateChange] {
    get throws {
      let id = try ObjectID(blob: [1, 2, 3])
      let task = TaskID(number: 1)
      var record = TaskRecord(id: task, description: "d", targets: ["a", "b/c"], dependsOn: [], order: 0)
      record.noteChange(of: "a", before: nil, after: nil)
      record.issues = [ReviewIssue(path: "a", kind: .logic, description: "wrong", line: 3)]
      let decision = Decision(action: .phase(.coding, task), reason: "r", maker: "rules", guidance: "g")
      let step = OpenStep(number: 1, decision: decision, progress: "p", baseTree: id)
      let intent = ChangeIntent(call: 0, path: "a", before: nil, after: id, reply: "done")
      var estimator = TokenEstimator()
      estimator.calibrate("m:1", bytes: 4000, promptTokens: 1000)
      return [
        .runStarted(RunRecord(id: RunID(number: 1), mode: "traditional", limits: RunLimits(steps: 9, seconds: 1.5))),
        .spent(Spending(steps: 1, calls: 2, promptTokens: 3, outputTokens: 4, seconds: 0.5)),
        .planningTried, .planAdopted(PlanRecord(version: id)), .planningTried,
        .taskAdded(record, attempts: 2), .attemptDrawn(task), .attemptsGranted(task, 3), .overContextCounted(task),
        .taskMoved(task, .asked),
        .questionAsked(Question(id: QuestionID(number: 1), task: task, text: "why?")),
        .stepOpened(step), .intentNoted(step: 1, intent), .documentationTried(step: 1),
        .checksRan(["x": .failed, "y": .timedOut]), .checksApproved(["x": .passed]),
        .byProductsFound(["cache/z"]), .filesKnown(["a": id]), .tokensCalibrated(estimator),
        .runContinued(RunLimits(steps: 10), mode: "orchestrated", handling: [:]),
        .runEnded(.needsUser, message: "asked", tree: id),
      ]
    }
  }
}
