import ArgumentParsing
import Pipeline

/// Goes on with an interrupted run.
struct Resume: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Go on with an interrupted run.",
    discussion: """
      Limits that are given replace the run's own; what was spent stays spent. 'autonomy run' does the same, and begins \
      a new run where there is none to go on with.
      """
  )

  @OptionGroup var project: ProjectArgument
  @OptionGroup var chosen: ModeOption
  @OptionGroup var jobs: JobsOption
  @OptionGroup var options: RunOptions

  var wantsJSON: Bool { options.format.json }

  func run(on console: Console) async throws {
    let folder = try await project.folder(console)
    guard let last = try JournalReader.open(StateFolder(ofProject: folder))?.state().run else {
      throw Refusal(.configuration, "There is no run to go on with in this project. Start one with 'autonomy run'.")
    }
    if let outcome = last.outcome, !outcome.isResumable {
      throw Refusal(
        .configuration,
        "The last run, '\(last.id)', has ended (\(outcome.rawValue)), so there is none to go on with. Start another with "
          + "'autonomy run'."
      )
    }
    let configuration = try options.settings.load(project: folder, console)
    let choice = try await ModeChoice(chosen, project: folder, configuration, console)
    var settings = RunSettings(
      mode: choice.mode.rawValue,
      modeOrigin: choice.origin,
      limits: options.limits(configuration),
      wantsDocumentation: !options.skipsDocumentation
    )
    settings.orchestrated = choice.orchestrated
    settings.jobs = jobs.jobs
    let session = RunSession(
      project: folder,
      configuration: configuration,
      console: console,
      writesJSON: wantsJSON,
      command: "autonomy resume"
    )
    try await session.carryOut(settings)
  }
}
