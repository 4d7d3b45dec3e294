import ArgumentParsing
import JSON
import Pipeline
import Unified

/// A command that does its work on a console, so that a test can look at it.
protocol ConsoleCommand: ParsableCommand {
  /// Whether standard output is to be JSON lines.
  var wantsJSON: Bool { get }

  func run(on console: Console) async throws
}

extension ConsoleCommand {
  mutating func run() async throws {
    try await run(on: .ofProcess())
  }

  /// Ends a command with what it found, which may be bad: as JSON, or as `write` puts it for people.
  func end(_ members: JSONObject, exitCode: Int32, on console: Console, write: () -> Void) throws(ExitCode) {
    if wantsJSON { console.emitResult(members, exitCode: exitCode) } else { write() }
    if exitCode != 0 { throw ExitCode(exitCode) }
  }

  /// Ends the JSON lines of a command that failed with what went wrong; the words for people follow elsewhere.
  func report(_ error: any Error, on console: Console) {
    guard wantsJSON, !(error is ExitCode), !(error is CleanExit) else { return }
    let code = error is ValidationError ? ExitCode.usage : (error as? any ExitCodeProviding)?.exitCode ?? .failure
    var members: JSONObject = [:]
    members["outcome"] = (error as? any OutcomeProviding).map { .string($0.outcome.rawValue) }
    members["message"] = .string("\(error)")
    if let refusal = error as? RunRefusal, !refusal.conflicts.isEmpty {
      members["conflicts"] = .array(refusal.conflicts.map { .string("\($0)") })
    }
    console.emitResult(members, exitCode: code.rawValue)
  }
}

/// The choice between words and JSON lines.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Write the result as JSON lines.") var json = false
}

/// The project that a command works on.
struct ProjectArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The project's folder; without it, the one you are in.", valueName: "path"),
    completion: .directory
  )
  var path: String?
  @Option(
    name: [.customShort("C"), .customLong("project")],
    help: ArgumentHelp("The same, as commands with other arguments take it.", valueName: "path"),
    completion: .directory
  )
  var project: String?

  func validate() throws {
    guard path == nil || project == nil else {
      throw ValidationError("The project's folder is given twice, as '\(path ?? "")' and with '-C'. Give it once.")
    }
    if name.isEmpty { throw ValidationError(Self.empty) }
  }

  /// A variable that is not set must not stand for the folder one happens to be in.
  fileprivate static let empty = "The path of the project's folder is empty; give one, or leave it out."

  /// The folder as the user wrote it.
  var name: String { path ?? project ?? "." }

  func folder(_ console: Console) async throws -> String { try await ProjectPlace.settled(name, console) }

  func folderToRead(_ console: Console) async throws -> String { try await ProjectPlace.toRead(name, console) }
}

/// The project that a command with other arguments works on.
struct ProjectOption: ParsableArguments {
  @Option(
    name: [.customShort("C"), .customLong("project")],
    help: ArgumentHelp("The project's folder.", valueName: "path"),
    completion: .directory
  )
  var path = "."

  func validate() throws {
    if path.isEmpty { throw ValidationError(ProjectArgument.empty) }
  }

  func folder(_ console: Console) async throws -> String { try await ProjectPlace.settled(path, console) }

  func folderToRead(_ console: Console) async throws -> String { try await ProjectPlace.toRead(path, console) }
}

/// Single settings that win over all files.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: [.customShort("c")],
    help: ArgumentHelp("Set a configuration key, such as 'limits.run_time=2h'.", valueName: "key=value")
  )
  var settings: [String] = []

  /// Loads the configuration of a project; what further options say wins over '-c'.
  func load(
    project: String,
    _ console: Console,
    and options: [ConfigurationOverride] = []
  ) throws -> Configuration {
    try Configuration.load(
      project: project,
      environment: console.environment,
      overrides: settings.map { try ConfigurationOverride($0) } + options
    )
  }
}
