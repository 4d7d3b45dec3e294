import ArgumentParsing
import JSON
import Orchestration
import Pipeline
import Unified

/// Asks a specialist for advice.
struct Consult: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask a specialist a question.",
    discussion: """
      It is told the project's AGENTS.md and MASTER_PLAN.md where they are there, and may read the project's other files. \
      Nothing is changed, and no run is needed.
      """
  )

  @Argument(help: "Which specialist is asked.") var role: SpecialistRole
  @Argument(help: "The question, in your own words.") var question: [String]
  @Flag(help: "Tell it first what it was asked and has answered in the last run.") var recall = false
  @OptionGroup var project: ProjectOption
  @OptionGroup var settings: ConfigurationOptions
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func validate() throws {
    guard question.contains(where: { $0.contains { !$0.isWhitespace } }) else {
      throw ValidationError("The question is empty.")
    }
  }

  func run(on console: Console) async throws {
    let folder = try await project.folder(console)
    let configuration = try settings.load(project: folder, console)
    let consulting = try Consulting(project: folder, configuration: configuration, environment: console.environment)
    let (role, question, recall) = (role, question.joined(separator: " "), recall)
    let (model, reply) = try await Consultation.interruptible(console) {
      let model = try await consulting.models(of: [role])[0]
      Consultation.announce([model], console)
      return (model, try await consulting.consult(role, model, question, recalls: recall))
    }
    guard wantsJSON else { return console.printWrapped(reply.answer.trimmingEnd()) }
    let cost = reply.statistics
    console.emitResult([
      "role": .string(role.rawValue), "model": .string(model.name.description), "server": .string(model.server),
      "answer": .string(reply.answer), "calls": .integer(cost.calls), "prompt_tokens": .integer(cost.promptTokens),
      "output_tokens": .integer(cost.outputTokens), "seconds": .number(cost.time / .seconds(1)),
    ])
  }
}

/// What the commands share that ask models outside of a run.
enum Consultation {
  /// Says who is asked, and where.
  static func announce(_ models: [PhaseModel], _ console: Console) {
    let style = TextStyle(console.errors.terminal)
    for model in models {
      console.note("\(style.neutral) \(model.role): \(model.name) on \(model.server)")
    }
  }

  /// Does `work` until a signal comes.
  static func interruptible<T: Sendable>(
    _ console: Console,
    _ work: @escaping @Sendable () async throws -> T
  ) async throws -> T {
    do {
      return try await console.signals.cancelling(work)
    } catch is CancellationError {
      throw ConsultationInterrupted(exitCode: ExitCode(console.signals.exitCode))
    }
  }
}

/// A signal ended a question to a model.
private struct ConsultationInterrupted: ExitCodeProviding, CustomStringConvertible {
  let exitCode: ExitCode
  var description: String { "Interrupted." }
}
