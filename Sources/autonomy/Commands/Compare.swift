import ArgumentParsing
import JSON
import Pipeline
import SourceControl
import Unified

/// Runs both modes side by side.
struct Compare: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run both modes on the project from the same start, and say which does better.",
    discussion: """
      Each run has a worktree of its own under '.autonomy/worktrees' and a state of its own; your files are not touched. \
      Both modes do one task at a time, so that their decisions follow each other. \
      The project's own checks judge what the runs come to. The verdict is one of: better, worse, no difference, not \
      enough evidence; it takes at least three runs of each mode.
      """
  )

  @OptionGroup var project: ProjectArgument
  @Option(help: ArgumentHelp("How many runs each mode gets; else 3.", valueName: "n")) var `repeat`: Int?
  @Option(
    help: ArgumentHelp("The phases that are orchestrated, such as 'qa' or 'planning,qa'; else all.", valueName: "list")
  )
  var phases: String?
  @Option(help: ArgumentHelp("Write the report as one HTML file.", valueName: "file"), completion: .file) var report:
    String?
  @Flag(help: "Run nothing: show how far arbiter and rules agreed in the runs there were, and what came of it.")
  var runs = false
  @Flag(help: "Drop the tasks there are, in both modes, so that both plan anew.") var fresh = false
  @OptionGroup var options: RunOptions

  var wantsJSON: Bool { options.format.json }

  func validate() throws {
    if let `repeat`, `repeat` < 1 { throw ValidationError("'--repeat' is at least 1.") }
    let phases = try orchestrated()
    guard !phases.isEmpty else { throw ValidationError("'--phases' names no phase, such as 'qa'.") }
    guard !runs || `repeat` == nil && self.phases == nil && report == nil && !fresh && !options.isGiven else {
      throw ValidationError("'--runs' runs nothing, so that no other option but '--json' goes with it.")
    }
  }

  private func orchestrated() throws -> Set<PhaseName> {
    guard let phases else { return Set(PhaseName.allCases) }
    return Set(try phases.split(separator: ",").map { try PhaseArgument.phase(String($0)) })
  }

  func run(on console: Console) async throws {
    let folder = try await project.folder(console)
    if runs {
      let text = AgreementText(runs: try JournalReader.open(StateFolder(ofProject: folder))?.agreements() ?? [])
      if wantsJSON { return console.emitResult(text.json) }
      for line in text.lines(on: console.output.terminal) { console.print(line) }
      return
    }
    let configuration = try options.settings.load(project: folder, console)
    var plan = Comparison.Plan()
    plan.repeats = `repeat` ?? plan.repeats
    plan.phases = try orchestrated()
    plan.limits = options.limits(configuration)
    plan.wantsDocumentation = !options.skipsDocumentation
    plan.startsFresh = fresh
    // Said before hours of work, not after.
    let place = try report.map { try NewFile.place(of: $0, for: "--report", console) }
    let (asked, display) = (plan, wantsJSON ? nil : ComparisonDisplay(console: console))
    defer { display?.end() }
    let comparison = Comparison(
      project: folder,
      configuration: configuration,
      environment: console.environment,
      command: "autonomy compare",
      sinks: display.map { [$0] } ?? [],
      streaming: { display?.update($0) },
      progress: { progress in
        if case .kept(let folder, let files) = progress { tellOfKept(folder, files, console) }
        display?.show(progress)
      }
    )
    let result: ComparisonReport
    do {
      result = try await console.signals.cancelling {
        try await comparison.carryOut(asked)
      } onSignal: { _ in
      }
    } catch is CancellationError {
      throw Interrupted(
        exitCode: ExitCode(console.signals.exitCode),
        description: "Interrupted; nothing was compared, and the project is as it was."
      )
    }
    if let place { try NewFile.replace(ComparisonPage(report: result).html.utf8, at: place) }
    if wantsJSON { return console.emitResult(ComparisonText(report: result).json) }
    for line in ComparisonText(report: result).lines(on: console.output.terminal) { console.print(line) }
    if let place { console.note("The report is in '\(place)'.") }
  }

  private func tellOfKept(_ folder: String, _ files: [ProjectPath], _ console: Console) {
    let names = EventText.list(files.map(\.description))
    let message = "In a worktree of the comparison somebody else changed \(names); it is kept as '\(folder)'."
    if wantsJSON {
      console.emit(["type": "warning", "message": .string(message)])
    } else {
      console.noteWrapped("\(TextStyle(console.errors.terminal).warning) \(message)")
    }
  }
}
