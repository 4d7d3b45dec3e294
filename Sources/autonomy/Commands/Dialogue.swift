import ArgumentParsing
import JSON
import Orchestration
import Pipeline
import Unified

/// Has two models discuss a question.
struct Dialogue: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Have two models discuss a question until they agree.",
    discussion: """
      The arbiter model watches: it may change a message, pass it on to a further role, or end the dialogue. The models \
      are told the project's AGENTS.md and MASTER_PLAN.md where they are there. Nothing is changed, and no run is needed. \
      The exit code is 0 where they agreed or the arbiter ended it, and 3 where the turns were used up.
      """
  )

  @Argument(help: "The question, in your own words.") var question: [String]
  @Option(
    help: ArgumentHelp(
      "Who discusses, the first two; the arbiter may draw in the others.",
      valueName: "role,role"
    )
  )
  var roles = RoleList([.coding, .reasoning])
  @Option(help: ArgumentHelp("The most answers that are given.", valueName: "n")) var turns = ModelDialogue
    .standardTurns
  @Flag(help: "Let nobody watch.") var unwatched = false
  @OptionGroup var project: ProjectOption
  @OptionGroup var settings: ConfigurationOptions
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func validate() throws {
    guard question.contains(where: { $0.contains { !$0.isWhitespace } }) else {
      throw ValidationError("The question is empty.")
    }
    guard roles.roles.count >= 2 else { throw ValidationError("'--roles' needs two roles at least.") }
    guard (1...100).contains(turns) else { throw ValidationError("The value of '--turns' must be from 1 to 100.") }
  }

  func run(on console: Console) async throws {
    let folder = try await project.folder(console)
    let configuration = try settings.load(project: folder, console)
    let consulting = try Consulting(project: folder, configuration: configuration, environment: console.environment)
    let (roles, turns, isWatched, wantsJSON) = (roles.roles, turns, !unwatched, wantsJSON)
    let question = question.joined(separator: " ")
    let (all, (result, statistics)) = try await Consultation.interruptible(console) {
      let all = try await consulting.models(of: roles, withArbiter: isWatched)
      let models = Array(all.prefix(roles.count))
      Consultation.announce(all, console)
      let talk = try await consulting.dialogue(
        models,
        overseer: isWatched ? all.last : nil,
        question: question,
        turnLimit: turns
      ) { turn in
        if wantsJSON { console.emit(DialogueText.json(turn)) } else { DialogueText(console).write(turn) }
      }
      return (all, talk)
    }
    let refusal: RunRefusal? = if case .failure(let error) = result.outcome { RunRefusal(error) } else { nil }
    let code = refusal?.outcome.exitCode ?? (result.outcome == .turnLimit ? RunOutcome.partial.exitCode : 0)
    if wantsJSON {
      console.emitResult(DialogueText.json(result, statistics, all), exitCode: code)
    } else if let refusal {
      throw refusal
    } else {
      DialogueText(console).write(result)
    }
    if code != 0 { throw ExitCode(code) }
  }
}
