import SourceControl

/// What tasks did to the tests, and to what defines the checks, by which they are judged.
struct EvidenceChanges: Hashable, Sendable {
  /// The tests that the tasks changed, made or deleted, though they are no targets.
  private(set) var tests: [FileOrigin] = []
  /// What else has a say in the checks, and was changed likewise.
  private(set) var definitions: [FileOrigin] = []
  /// The targets that judge the very tasks that made them.
  private(set) var ownProof: [FileOrigin] = []

  var isEmpty: Bool { tests.isEmpty && definitions.isEmpty && ownProof.isEmpty }

  /// Whether the task has touched one of the tests.
  func concernTests(of task: TaskRecord) -> Bool {
    let paths = Set(task.origins.map(\.path))
    return tests.contains { paths.contains($0.path) }
  }

  /// Takes the tasks in the order in which they were done, and what the project holds now.
  ///
  /// What somebody else has changed since is not the tasks' any more.
  init(of tasks: [TaskRecord], in files: [ProjectPath: ObjectID], _ checkFiles: CheckFiles) {
    let targets = Set(tasks.flatMap(\.targets))
    let changes = Self.origins(of: tasks).filter { $0.before != $0.left && files[$0.path] == $0.left }
    let made = Set(changes.filter { $0.before == nil }.map(\.path))
    // Tests of others prove something whatever makes them run.
    let hasTestsOfOthers = files.keys.contains { TestFiles.isTest($0.description) && !made.contains($0) }
    for change in changes.sorted(by: { $0.path < $1.path }) {
      let isTest = TestFiles.isTest(change.path.description)
      guard isTest || checkFiles.isDefinition(change.path) else { continue }
      if !targets.contains(change.path) {
        if isTest { tests.append(change) } else { definitions.append(change) }
      } else if made.contains(change.path), isTest || !hasTestsOfOthers {
        ownProof.append(change)
      }
    }
  }

  /// What each file held before the first of the tasks that changed it, and after the last.
  private static func origins(of tasks: [TaskRecord]) -> [FileOrigin] {
    var origins: [ProjectPath: FileOrigin] = [:]
    for origin in tasks.flatMap(\.origins) {
      // Between two tasks somebody else may have changed it: what is kept is the latest that is no task's.
      if let known = origins[origin.path], known.left == origin.before {
        origins[origin.path]?.left = origin.left
      } else {
        origins[origin.path] = origin
      }
    }
    return Array(origins.values)
  }
}
