import Pipeline
import SourceControl

/// The files of a replay, in which the user's changes come at the moment at which the run had noticed them.
struct ReplayProject: ProjectScanning {
  let scanner: ProjectScanner
  let tape: ReplayTape
  let root: String
  let store: StateManager

  func listing(
    excluding byProducts: Set<ProjectPath>,
    including extra: Set<ProjectPath>
  ) async throws -> ProjectListing {
    try await change()
    return try await scanner.listing(excluding: byProducts, including: extra)
  }

  func contents(of path: ProjectPath) async throws -> [UInt8]? {
    // The plan is looked at before the other files are.
    if path.description == Coordinator.planName {
      try await change()
      if store.state.openSteps.isEmpty, !tape.isOrdered { try tape.endIfReached(stepsTaken: store.state.stepsTaken) }
    } else {
      await tape.turn(before: .files, .found)
      try write(tape.foundFiles(with: path))
    }
    return try await scanner.contents(of: path)
  }

  func storedContents(of path: ProjectPath) async throws -> [UInt8]? { try await scanner.storedContents(of: path) }

  private func change() async throws {
    await tape.turn(before: .files, .found)
    tape.putFoundFiles()
    try write(tape.changedFiles())
  }

  private func write(_ files: [RecordedFile]) throws {
    do {
      try tape.write(files, "The user had changed", in: root)
    } catch {
      tape.differ("\(error)")
      throw ReplayTape.Stop()
    }
  }
}
