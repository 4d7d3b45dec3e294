import ArgumentParsing
import JSON
import Pipeline
import Unified
import Wording

/// Has a recorded run again.
struct Replay: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the whole pipeline again from its record, without servers.",
    discussion: """
      Models and checks answer what they answered; everything else is done again in a folder of its own, and the project \
      is not touched. The first thing that is not as on record is shown with its step, and ends the replay with exit \
      code 3: then this version of the program does something else, or the record was changed.

      With '--from' and '--fork' the record is played up to that step, and a run goes on from there in a worktree of its \
      own, with the servers, and in another mode or with other models if you say so. The worktree stays.
      """
  )

  @Argument(
    help: ArgumentHelp("A run of the project, such as 'r2', or a file that 'log --export' wrote.", valueName: "run"),
    completion: .file
  )
  var run: String
  @Option(help: ArgumentHelp("Play only what was before this step.", valueName: "step")) var from: Int?
  @Flag(help: "Go on from there, in a worktree of its own that stays.") var fork = false
  @OptionGroup var project: ProjectOption
  @OptionGroup var chosen: ModeOption
  @OptionGroup var jobs: JobsOption
  @OptionGroup var options: RunOptions

  var wantsJSON: Bool { options.format.json }

  func validate() throws {
    guard (from == nil) == !fork else { throw ValidationError("'--from' and '--fork' are given together.") }
    guard !fork || RunID(run) != nil else {
      throw ValidationError("'--fork' needs a run of the project, such as 'r2', and no file.")
    }
    guard fork || !options.isGiven && chosen.mode == nil && jobs.jobs == nil else {
      throw ValidationError("Modes, limits and settings are for '--fork'; a replay does what is on record.")
    }
  }

  func run(on console: Console) async throws {
    if let id = RunID(run), let from, fork { return try await fork(id, before: from, console) }
    let report: ReplayReport
    do {
      report = try await replay(console)
    } catch let damage as DamagedRecord {
      report = ReplayReport(difference: ReplayDifference(step: damage.step, "\(damage)"))
    } catch is CancellationError {
      throw ExitCode(console.signals.exitCode)
    }
    if wantsJSON { emit(report, console) } else { show(report, console) }
    if report.difference != nil { throw ExitCode(RunOutcome.partial.exitCode) }
  }

  /// Goes on from a step of a run, in the run's own mode where no other is given.
  private func fork(_ id: RunID, before step: Int, _ console: Console) async throws {
    let folder = try await project.folder(console)
    let configuration = try options.settings.load(project: folder, console)
    let desk = ReplayDesk(project: folder)
    var settings = try desk.settings(of: id, before: step)
    if chosen.mode != nil {
      let choice = try ModeChoice(flag: chosen.mode, configuration)
      (settings.mode, settings.orchestrated) = (choice.mode.rawValue, choice.orchestrated)
      settings.modeOrigin = choice.origin
    }
    settings.limits = options.limits(configuration)
    settings.wantsDocumentation = !options.skipsDocumentation
    settings.jobs = jobs.jobs
    let fork: ReplayDesk.Fork
    do {
      fork = try await console.signals.cancelling {
        try await desk.fork(id, before: step, configuration: configuration, environment: console.environment)
      }
    } catch is CancellationError {
      throw ExitCode(console.signals.exitCode)
    } catch let stop as ReplayStopped {
      guard let difference = stop.difference else {
        throw Refusal(.partial, "The record of '\(id)' ends before it comes to step \(step).")
      }
      let report = ReplayReport(difference: difference)
      if wantsJSON { emit(report, console) } else { show(report, console) }
      throw ExitCode(RunOutcome.partial.exitCode)
    }
    let resumption = resumption(of: settings, in: fork.place)
    console.note(
      "'\(id)' goes on from before step \(step) in '\(fork.place)', which stays; remove it when you are done. Should it "
        + "stop before its end, this goes on with it: \(resumption)"
    )
    var session = RunSession(
      project: fork.place,
      configuration: configuration,
      console: console,
      writesJSON: wantsJSON,
      command: "autonomy replay"
    )
    session.fork = "it was forked from '\(id)' before step \(step)"
    do {
      try await session.carryOut(settings)
    } catch {
      if !(error is ExitCode), try await ReplayDesk.discard(fork) {
        console.note("Nothing began in '\(fork.place)', so it is gone again.")
      }
      throw error
    }
  }

  /// The command that goes on with a fork in the same mode and with the same settings, which are not kept with it.
  private func resumption(of settings: RunSettings, in place: String) -> String {
    var words = ["autonomy", "resume", place]
    let phases = PhaseName.allCases.filter { settings.orchestrated.contains($0) }
    if phases.isEmpty || phases.count == PhaseName.allCases.count {
      words += ["--mode", settings.mode]
    } else {
      words.insert("USE_ORCHESTRATION=\(phases.map(\.rawValue).joined(separator: ","))", at: 0)
    }
    if let jobs = settings.jobs { words += ["--jobs", "\(jobs)"] }
    if !settings.wantsDocumentation { words.append("--no-docs") }
    words += options.settings.settings.flatMap { ["-c", $0] }
    return words.map(Self.quoted).joined(separator: " ")
  }

  /// The word as a shell reads it.
  private static func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
        || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "/._-=,:+@".utf8.contains(byte)
    }
    return plain ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }

  private func replay(_ console: Console) async throws -> ReplayReport {
    try await console.signals.cancelling {
      if let id = RunID(run) {
        return try await ReplayDesk(project: project.folder(console)).replay(id)
      }
      return try await ReplayDesk.replay(file: console.path(run))
    }
  }

  private func emit(_ report: ReplayReport, _ console: Console) {
    var members: JSONObject = [
      "same": .bool(report.difference == nil), "starts": .integer(report.parts), "events": .integer(report.events),
    ]
    members["outcome"] = report.result.map { .string($0.outcome.rawValue) }
    if let difference = report.difference {
      members["step"] = difference.step.map { .integer($0) }
      members["cause"] = .string(difference.cause)
      members["lines"] = .array(difference.lines.map { .string($0) })
    }
    console.emitResult(members, exitCode: report.difference == nil ? 0 : RunOutcome.partial.exitCode)
  }

  private func show(_ report: ReplayReport, _ console: Console) {
    let style = console.style
    guard let difference = report.difference else {
      let starts = report.parts > 1 ? " in \(report.parts) starts" : ""
      let end = report.result.map { "It ended as it had: \($0.outcome.rawValue)." } ?? "It was cut off, as it had been."
      console.print(
        "\(style.good) '\(run)' is the same again: \(Amount.counted(report.events, "event"))\(starts). \(end)"
      )
      return
    }
    let place = difference.step.map { "in step \($0)" } ?? "before the first step"
    let cause = DisplayWidth.harmless(difference.cause)
    console.printWrapped("\(style.bad) '\(run)' is not the same \(place). \(cause)", isOurs: true)
    for line in difference.lines { console.print("  \(DisplayWidth.harmless(line))") }
  }
}
