import ArgumentParsing
import JSON
import Pipeline

/// Makes a folder ready for a run.
struct Init: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a folder ready: write a plan to fill in, and settings with models that your servers have.",
    discussion: "Files that are there already stay as they are."
  )

  @OptionGroup var project: ProjectArgument
  @OptionGroup var settings: ConfigurationOptions
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let path = console.path(project.name)
    if !ProjectPlace.exists(path) { try NewFile.makeFolder(path) }
    let folder = try await project.folder(console)
    let configuration = try settings.load(project: folder, console)
    let survey = await ModelSurvey(configuration, environment: console.environment, ofAll: true)
    let details = Dictionary(survey.entries.compactMap { entry in entry.details.map { (entry.model.name, $0) } }) { $1 }
    let proposal = RoleProposal(survey.inventory, details: details)

    let plan = PlanTemplate.text(named: PlanTemplate.name(ofFolder: folder))
    let wrotePlan = try NewFile.write(plan.utf8, to: "\(folder)/\(Coordinator.planName)")
    let template = ConfigurationTemplate(proposal: proposal, servers: survey.inventory)
    let wroteSettings = try NewFile.write(template.text.utf8, to: "\(folder)/\(Configuration.fileName)")

    if wantsJSON {
      for entry in proposal.entries {
        console.emit([
          "type": "role", "role": .string(entry.role.rawValue), "model": .string(entry.model.description),
          "server": .string(entry.server), "reason": .string(entry.reason),
        ])
      }
      let written = (wrotePlan ? [Coordinator.planName] : []) + (wroteSettings ? [Configuration.fileName] : [])
      return console.emitResult(["project": .string(folder), "written": .array(written.map { .string($0) })])
    }
    let style = console.style
    for server in survey.inventory {
      if let failure = server.failure { console.print("\(style.warning) \(failure)") }
    }
    report(Coordinator.planName, wrotePlan, console)
    report(Configuration.fileName, wroteSettings, console)
    write(proposal, survey, wroteSettings, console)
    console.print()
    let first = wrotePlan ? "Write what is to be built into '\(Coordinator.planName)'. Then" : "Next,"
    console.print("\(first) 'autonomy doctor' says what is missing, and 'autonomy run' begins.")
  }

  private func report(_ name: String, _ isWritten: Bool, _ console: Console) {
    let style = console.style
    console.print(
      isWritten ? "\(style.good) Wrote '\(name)'." : "\(style.neutral) '\(name)' is there already and stays."
    )
  }

  private func write(_ proposal: RoleProposal, _ survey: ModelSurvey, _ isWritten: Bool, _ console: Console) {
    guard !proposal.entries.isEmpty else {
      if survey.inventory.contains(where: { $0.failure == nil }) {
        console.print(
          "\(console.style.warning) No server has a model that can call tools. "
            + "Get one: 'ollama pull qwen2.5-coder:32b'."
        )
      }
      return
    }
    console.print()
    console.print(isWritten ? "Which model plays which role:" : "Which model could play which role:")
    var table = TextTable()
    for entry in proposal.entries {
      table.rows.append([
        entry.role.rawValue, console.style.bold(entry.model.description),
        survey.inventory.count > 1 ? "on \(entry.server)" : "", console.style.dim(entry.reason),
      ])
    }
    console.print(table)
  }
}
