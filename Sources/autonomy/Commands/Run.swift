import ArgumentParsing
import Pipeline

/// Runs the pipeline on a project.
struct Run: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Develop the project until its plan is carried out or the run has to stop.",
    discussion: """
      An interrupted run goes on where it was. Ctrl-C stops it in order; everything that is done stays done. The exit \
      code says how it ended: 0 complete, 2 wrong usage or configuration, 3 partial or unverified, 4 budget spent, \
      5 an answer is needed, 6 no model server, 7 the machine is not ready, 8 conflict, 9 no progress, 129, 130 or 143 \
      interrupted.
      """
  )

  @OptionGroup var project: ProjectArgument
  @Flag(help: "Abandon what is open and plan anew; the journal stays.") var fresh = false
  @Flag(help: "In the traditional mode, ask the arbiter too, and note what it would have chosen.") var shadow = false
  @OptionGroup var chosen: ModeOption
  @OptionGroup var jobs: JobsOption
  @OptionGroup var options: RunOptions

  var wantsJSON: Bool { options.format.json }

  func run(on console: Console) async throws {
    let folder = try await project.folder(console)
    guard !PlanTemplate.isUntouched(in: folder) else {
      throw Refusal(
        .configuration,
        "'\(Coordinator.planName)' is still as 'autonomy init' wrote it. Write what is to be built into it."
      )
    }
    let configuration = try options.settings.load(project: folder, console)
    let choice = try await ModeChoice(chosen, project: folder, configuration, console)
    var settings = RunSettings(
      mode: choice.mode.rawValue,
      modeOrigin: choice.origin,
      limits: options.limits(configuration),
      startsFresh: fresh,
      wantsDocumentation: !options.skipsDocumentation
    )
    settings.orchestrated = choice.orchestrated
    settings.jobs = jobs.jobs
    settings.isShadowed = shadow
    guard !shadow || choice.mode == .traditional else {
      throw Refusal(.configuration, "'--shadow' belongs to the traditional mode; give '--mode traditional' with it.")
    }
    let session = RunSession(
      project: folder,
      configuration: configuration,
      console: console,
      writesJSON: wantsJSON,
      command: "autonomy run"
    )
    try await session.carryOut(settings)
  }
}
