import Pipeline
import Unified
import Wording

/// A look at all that a run needs.
struct Examination: Sendable {
  private(set) var findings: [Finding] = []
  private let project: String
  private let environment: [String: String]

  /// What a run would end with; nil where it could begin.
  var outcome: RunOutcome? {
    let outcomes = findings.compactMap { $0.outcome }
    return [.environment, .configuration, .unavailable].first { outcomes.contains($0) } ?? outcomes.first
  }

  init(
    project: String,
    interruptedRollback trouble: String? = nil,
    environment: [String: String],
    configuration: Result<Configuration, any Error>
  ) async {
    self.project = project
    self.environment = environment
    if let trouble { findings.append(.bad("rollback", .environment, trouble)) }
    lookAtPlan()
    switch configuration {
    case .success(let configuration):
      findings.append(.good("configuration", configurationText(configuration)))
      await lookAtModels(configuration)
      let sandbox = await lookAtSandbox(configuration)
      await lookAtChecks(configuration, sandbox)
    case .failure(let error):
      for line in "\(error)".split(separator: "\n") {
        findings.append(.bad("configuration", .configuration, String(line)))
      }
    }
    lookAtState()
    await lookAtLibraries()
  }

  private func configurationText(_ configuration: Configuration) -> String {
    let set = configuration.entries.count { $0.origin != .standard }
    return set == 0
      ? "All defaults." : "\(Amount.counted(set, "key")) set; 'autonomy config --show-origin' tells where."
  }

  private mutating func lookAtPlan() {
    let path = "\(project)/\(Coordinator.planName)"
    guard let bytes = FileBytes.read(path) else {
      findings.append(
        .bad("plan", .configuration, "There is no '\(Coordinator.planName)'.", "'autonomy init' makes one to fill in.")
      )
      return
    }
    guard String(validating: bytes, as: UTF8.self) != nil, bytes.contains(where: { $0 > 0x20 }) else {
      findings.append(.bad("plan", .configuration, "'\(Coordinator.planName)' is empty or no UTF-8 text."))
      return
    }
    if PlanTemplate.isUntouched(in: project) {
      let text = "'\(Coordinator.planName)' is still the template."
      findings.append(.bad("plan", .configuration, text, "Write what is to be built into it."))
    } else {
      findings.append(.good("plan", "'\(Coordinator.planName)', \(Amount.bytes(bytes.count))."))
    }
  }

  // MARK: - Models

  private mutating func lookAtModels(_ configuration: Configuration) async {
    let survey = await ModelSurvey(configuration, environment: environment, ofAll: false)
    for server in survey.inventory {
      if let failure = server.failure {
        let isUsed =
          survey.inventory.count == 1
          || ModelUse.phases.contains {
            configuration.model(for: $0).server == server.server.name
          }
        let finding = Finding(
          subject: "server",
          verdict: isUsed ? .bad : .notice,
          text: "\(failure)",
          advice: "Start it, or name another with OLLAMA_HOST or under 'servers' in 'autonomy.json'.",
          outcome: isUsed ? .unavailable : nil
        )
        findings.append(finding)
      } else {
        let count = Amount.counted(server.models.count, "model")
        findings.append(.good("server", "'\(server.server.name)' at \(server.server.url) has \(count)."))
      }
    }
    // Without an answer nothing is known of the models.
    guard survey.inventory.contains(where: { $0.failure == nil }) else { return }
    lookAtChoices(configuration, survey)
    lookAtCards(survey)
    await lookAtRoles(configuration)
  }

  /// The arbiter and its specialists, where they are to decide.
  private mutating func lookAtRoles(_ configuration: Configuration) async {
    var subject = "arbiter"
    do {
      let choice = try ModeChoice(flag: nil, configuration)
      guard !choice.orchestrated.isEmpty else { return }
      let models = PhaseModels(configuration: configuration, directory: ModelDirectory(configuration))
      let roles = try await models.roles(orchestrated: choice.orchestrated)
      findings.append(
        .good("arbiter", "'\(roles.arbiter.name)' on '\(roles.arbiter.server)' decides (\(choice.origin)).")
      )
      for notice in roles.notices { findings.append(.notice("interpreter", notice)) }
      guard !configuration.router.isUsed else { return }
      subject = "phases"
      let phases = try await models.resolved(orchestrated: choice.orchestrated)
      let words = PhaseName.allCases.compactMap { phase in phases[phase].map { "\(phase.rawValue) by '\($0.name)'" } }
      findings.append(.good(subject, "\(words.joined(separator: ", ")), as they are orchestrated."))
    } catch let refusal as RunRefusal {
      findings.append(.bad(subject, refusal.outcome, refusal.description))
    } catch let refusal as Refusal {
      findings.append(.bad("mode", refusal.outcome, refusal.description))
    } catch {
      findings.append(.bad(subject, .unavailable, "\(error)"))
    }
  }

  private mutating func lookAtCards(_ survey: ModelSurvey) {
    if let notice = survey.cardNotice { findings.append(.notice("probe", notice)) }
    for entry in survey.entries where !entry.phases.isEmpty {
      guard let card = entry.card else { continue }
      let text = "\(entry.model.name): \(card.summary)"
      if card.context.isWhole == false {
        let advice = "Give the server a larger window, or set a smaller 'num_ctx' for the model; then probe it again."
        findings.append(.notice("probe", "\(text). Its prompts are cut: \(CardText(card).context).", advice))
      } else if card.calls.lost * 2 > card.calls.trials {
        let advice = "Name another for its phases; 'autonomy models' lists what is there."
        findings.append(.notice("probe", "\(text). Most of its calls cannot be read.", advice))
      } else {
        findings.append(.good("probe", text))
      }
    }
  }

  private mutating func lookAtChoices(_ configuration: Configuration, _ survey: ModelSurvey) {
    let choices = configuration.phaseModels
    var seen: Set<String> = []
    for use in ModelUse.phases {
      guard let choice = choices[use], seen.insert("\(choice.name) \(choice.server ?? "")").inserted else { continue }
      let phases = ModelUse.phases.filter { choices[$0]?.name == choice.name && choices[$0]?.server == choice.server }
      let names = phases.map { $0.rawValue }.joined(separator: ", ")
      let entry = survey.entries.first {
        $0.model.name == choice.name && (choice.server == nil || choice.server == $0.server)
      }
      findings.append(finding(choice, phases: names, entry, servers: survey.inventory))
    }
  }

  private func finding(
    _ choice: ModelChoice,
    phases: String,
    _ entry: ModelSurvey.Entry?,
    servers: [ServerInventory]
  ) -> Finding {
    guard let entry else {
      return .bad(
        "model",
        .configuration,
        "'\(choice.name)' (\(phases)) is on no server that answers.",
        servers.contains { $0.server.kind == .ollama }
          ? "Get it with 'ollama pull \(choice.name)', or name another under 'models'; 'autonomy models' lists them."
          : "Start a server with it, or name another under 'models'; 'autonomy models' lists them."
      )
    }
    let place = "'\(choice.name)' on '\(entry.server)' (\(phases))"
    guard let details = entry.details else {
      return .notice("model", "\(place) is there, but the server does not say what it can do.")
    }
    if let can = details.capabilities, !can.contains("tools"), entry.card?.handling.writesCallsAsText != true {
      let advice =
        "Name another under 'models', or see with 'autonomy probe \(choice.name)' whether it can write calls as text."
      return .bad("model", .configuration, "\(place) cannot call tools.", advice)
    }
    guard let length = details.contextLength else { return .good("model", "\(place).") }
    let window = "context window \(Amount.grouped(choice.numContext))"
    if choice.numContext > length {
      return .notice(
        "model",
        "\(place): the \(window) is more than the \(Amount.grouped(length)) that it was made for.",
        "A run uses \(Amount.grouped(length)); set 'num_ctx' to that."
      )
    }
    if choice.numContext < 8192 {
      return .notice("model", "\(place): the \(window) is small for code.", "Raise 'num_ctx' to 16384 or more.")
    }
    return .good("model", "\(place), \(window) of \(Amount.grouped(length)).")
  }

  // MARK: - The machine

  private mutating func lookAtSandbox(_ configuration: Configuration) async -> Sandbox {
    do {
      let sandbox = try await Sandbox.probe(configuration.sandbox, environment: environment)
      if let notice = sandbox.notice {
        findings.append(.notice("sandbox", notice))
      } else {
        findings.append(.good("sandbox", sandbox.isActive ? "bubblewrap works." : "It is switched off."))
      }
      return sandbox
    } catch {
      findings.append(.bad("sandbox", .environment, "\(error)"))
      return .off
    }
  }

  private mutating func lookAtChecks(_ configuration: Configuration, _ sandbox: Sandbox) async {
    do {
      let checks = try await CheckSurvey.checks(
        of: project,
        configuration: configuration,
        environment: environment,
        sandbox: sandbox
      )
      for check in checks {
        let command = check.arguments.joined(separator: " ")
        findings.append(.good("check", "'\(check.name)' runs '\(command)'. \(check.reason)"))
      }
      if checks.isEmpty {
        findings.append(
          .notice(
            "check",
            "None was found, so nothing can prove that the work is right.",
            "Add tests, or name a command under 'checks.commands' in 'autonomy.json'."
          )
        )
      }
    } catch {
      findings.append(.bad("check", .environment, "\(error)"))
    }
  }

  private mutating func lookAtState() {
    let folder = StateFolder(ofProject: project)
    do {
      guard let reader = try JournalReader.open(folder) else {
        findings.append(.good("state", "There was no run yet."))
        return
      }
      try reader.checkIntegrity()
      let run = try reader.state().run
      findings.append(.good("state", "The database is sound\(run.map { "; the last run is '\($0.id)'" } ?? "")."))
      if let holder = LockHolder.current(in: folder.path) {
        let process = holder.process.map { " (process \($0))" } ?? ""
        findings.append(
          .bad("state", .conflict, "Another run is at work\(process).", "Wait for it or stop it.")
        )
      }
    } catch {
      findings.append(.bad("state", .environment, "\(error)"))
    }
  }

  private mutating func lookAtLibraries() async {
    for library in LibraryCheck.all {
      if let failure = library.failure() {
        let advice = "Install it: 'apt-get install \(library.package)'."
        findings.append(.bad("library", .environment, "\(library.name) cannot be loaded: \(failure)", advice))
      }
    }
    if !findings.contains(where: { $0.subject == "library" }) {
      let names = LibraryCheck.all.map { $0.name }.joined(separator: ", ")
      findings.append(.good("library", "\(names) can be loaded."))
    }
    let isThere = ExecutableSearch.find("git", path: environment["PATH"], directory: "/") != nil
    findings.append(
      isThere
        ? .good("git", "It is installed.")
        : .notice("git", "It is not installed; the program does not need it, but you may.")
    )
  }
}
