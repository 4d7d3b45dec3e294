import Pipeline
import Unified
import Wording

/// What a run found at its start, for the user.
struct RunHeader: Sendable {
  let project: String
  let configuration: Configuration
  let environment: [String: String]
  /// The phases on which the arbiter decides.
  var orchestrated: Set<PhaseName> = []
  /// Where the run comes from, if it is one that was forked from another.
  var fork: String?

  /// The lines for a run that has just begun or goes on.
  func lines(for stored: StoredEvent, on terminal: Terminal) async -> [String] {
    let style = TextStyle(terminal)
    let run = stored.run.map { "\($0)" } ?? ""
    var table = TextTable()
    func add(_ name: String, _ value: String) { table.rows.append([style.dim(name), value]) }
    var title = style.bold("autonomy")
    switch stored.event {
    case .runStarted(let event):
      title += "\(style.separator)run \(run)"
      add("Project", event.project)
      add("Mode", mode(event.mode, event.modeOrigin))
      addModels(event.models, event.handling ?? [:], to: &table, style)
      await addChecks(to: &table, style)
      addSandbox(event.sandbox, to: &table, style)
      if let jobs = event.jobs { add("Jobs", "up to \(jobs) tasks at once, each in a worktree") }
      add("Limits", limits(event.limits))
    case .runResumed(let event):
      title += "\(style.separator)run \(run) goes on"
      add("Project", project)
      add("Mode", mode(event.mode, event.modeOrigin))
      if let previous = event.previousMode {
        let advice = "To go on as before, stop it and give '--mode \(previous)'."
        add("", "\(style.warning) The run was \(previous) until now. \(advice)")
      }
      add("Before", fork ?? event.previous.map { "it ended as '\($0.rawValue)'" } ?? "it was cut off")
      addModels(event.models, event.handling ?? [:], to: &table, style)
      await addChecks(to: &table, style)
      addSandbox(event.sandbox, to: &table, style)
      if let jobs = event.jobs { add("Jobs", "up to \(jobs) tasks at once, each in a worktree") }
      add("Limits", limits(event.limits))
    default:
      return []
    }
    return [title] + table.lines(on: terminal) + [""]
  }

  private func mode(_ name: String, _ origin: String) -> String {
    let phases = PhaseName.allCases.filter { orchestrated.contains($0) }
    guard !phases.isEmpty, phases.count < PhaseName.allCases.count else { return "\(name) (\(origin))" }
    return "\(name) in \(phases.map(\.rawValue).joined(separator: ", ")) (\(origin))"
  }

  private func addSandbox(_ sandbox: String, to table: inout TextTable, _ style: TextStyle) {
    table.rows.append([style.dim("Sandbox"), sandbox == "none" ? "none: checks run in the open" : sandbox])
  }

  /// A row for each model with the phases that it carries out and the roles that it has, and one for each server.
  private func addModels(
    _ models: [String: String],
    _ handling: [String: ModelHandling],
    to table: inout TextTable,
    _ style: TextStyle
  ) {
    var seen: [String] = []
    let phases = PhaseName.allCases.map { $0.rawValue }
    let uses = phases + models.keys.filter { !phases.contains($0) }.sorted()
    for use in uses {
      guard let model = models[use], !seen.contains(model) else { continue }
      seen.append(model)
      let (name, server) = Self.split(model)
      let place = server.map { " on \($0)" } ?? ""
      let words = handling[model]?.words ?? []
      let special = words.isEmpty ? "" : " (\(words.joined(separator: ", ")))"
      let same = uses.filter { models[$0] == model }.joined(separator: ", ")
      table.rows.append([style.dim(seen.count == 1 ? "Models" : ""), "\(name)\(place)\(special): \(same)"])
    }
    let used = Set(seen.compactMap { Self.split($0).server })
    for (index, server) in configuration.servers.filter({ used.contains($0.name) }).enumerated() {
      table.rows.append([style.dim(index == 0 ? "Server" : ""), "\(server.name) at \(server.address.url)"])
    }
  }

  private static func split(_ model: String) -> (name: String, server: String?) {
    guard let at = model.lastIndex(of: "@") else { return (model, nil) }
    return (String(model[..<at]), String(model[model.index(after: at)...]))
  }

  private func addChecks(to table: inout TextTable, _ style: TextStyle) async {
    do {
      let sandbox = try await Sandbox.probe(configuration.sandbox, environment: environment)
      let checks = try await CheckSurvey.checks(
        of: project,
        configuration: configuration,
        environment: environment,
        sandbox: sandbox
      )
      for (index, check) in checks.enumerated() {
        let command = check.arguments.joined(separator: " ")
        let name = command == check.name ? command : "\(check.name) (\(command))"
        table.rows.append([style.dim(index == 0 ? "Checks" : ""), "\(name): \(check.reason)"])
      }
      if checks.isEmpty { table.rows.append([style.dim("Checks"), style.paint("none found", .yellow)]) }
    } catch {
      // The run itself meets the same trouble and says so; this is only the list at its start.
      table.rows.append([style.dim("Checks"), DisplayWidth.oneLine("\(error)")])
    }
  }

  /// The limits as one line, with the caps on money that hold for more than the run.
  private func limits(_ limits: RunLimits) -> String {
    var parts: [String] = []
    if let steps = limits.steps { parts.append(Amount.counted(steps, "step")) }
    if let calls = limits.calls { parts.append(Amount.counted(calls, "model call")) }
    if let tokens = limits.tokens { parts.append(Amount.counted(tokens, "token")) }
    if let seconds = limits.seconds { parts.append(Amount.time(seconds)) }
    if let money = limits.microdollars { parts.append("\(Dollars(microdollars: money))") }
    if let money = configuration.limits.dayDollars { parts.append("\(money) a day") }
    if let money = configuration.limits.projectDollars { parts.append("\(money) for the project") }
    return parts.isEmpty ? "none" : parts.joined(separator: ", ")
  }
}
