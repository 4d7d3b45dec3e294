import ArgumentParsing
import JSON
import Pipeline
import Unified

/// Measures what models can do, for the runs to come.
struct Probe: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure how well models call tools and change files, and how fast they are.",
    discussion: """
      Without a name all models that are configured are measured, one after the other. What is found out is kept in \
      'autonomy/models.json' in $XDG_DATA_HOME or '~/.local/share', shown by 'autonomy models', and used by the runs that \
      begin afterwards: a model that never calls natively is told at once to write its calls as text, and one that \
      cannot replace passages writes whole files.
      """
  )

  @Argument(help: "The model's name; without it, all that are configured.") var model: String?
  @Option(help: ArgumentHelp("How long each model may take, such as '5m'.", valueName: "duration"))
  var time = ModelProbe.standardLimit
  @OptionGroup var project: ProjectOption
  @OptionGroup var settings: ConfigurationOptions
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func validate() throws {
    if let model, ModelName(model) == nil { throw ValidationError("'\(model)' is no name of a model.") }
    guard time > .zero else { throw ValidationError("The value of '--time' must be positive.") }
  }

  func run(on console: Console) async throws {
    let folder = try await project.folder(console)
    let configuration = try settings.load(project: folder, console)
    let probing = try Probing(configuration: configuration, environment: console.environment)
    let subjects = try await probing.subjects(named: model.flatMap { ModelName($0) })
    var failure: RunRefusal?
    var count = 0
    for subject in subjects {
      do {
        write(try await measure(subject, probing, console), console)
        count += 1
      } catch let refusal as RunRefusal {
        // Nothing that is wrong with one model keeps the others from being measured.
        write(refusal, of: subject, console)
        failure = failure ?? refusal
      }
    }
    let code = failure?.outcome.exitCode ?? 0
    if wantsJSON {
      console.emitResult(["models": .integer(count), "file": .string(probing.path)], exitCode: code)
    } else if count > 0 {
      console.print(console.style.dim("Kept in '\(probing.path)'; 'autonomy models' shows it."))
    }
    if code != 0 { throw ExitCode(code) }
  }

  private func write(_ card: CapabilityCard, _ console: Console) {
    guard !wantsJSON else { return console.emit(Self.json(card)) }
    for line in CardText(card).lines(on: console.output.terminal) { console.print(line) }
  }

  private func write(_ refusal: RunRefusal, of subject: ProbeSubject, _ console: Console) {
    guard wantsJSON else { return console.note("\(TextStyle(console.errors.terminal).bad) \(refusal)") }
    console.emit([
      "type": "failure", "model": .string(subject.model.name.description), "server": .string(subject.url),
      "outcome": .string(refusal.outcome.rawValue), "message": .string("\(refusal)"),
    ])
  }

  private func measure(_ subject: ProbeSubject, _ probing: Probing, _ console: Console) async throws -> CapabilityCard {
    let display = ProbeDisplay(console: console, subject: subject, limit: time)
    display.begin()
    defer { display.end() }
    let time = time
    do {
      return try await console.signals.cancelling {
        try await probing.probe(subject, within: time) { display.update($0) }
      }
    } catch is CancellationError {
      throw ProbeInterrupted(exitCode: ExitCode(console.signals.exitCode))
    }
  }

  private static func json(_ card: CapabilityCard) -> JSONValue {
    var object: JSONObject = ["type": "card", "summary": .string(card.summary)]
    // A card is numbers and texts, which can always be written.
    for (key, value) in (try? JSONValue(encoding: card))?.object ?? [:] { object[key] = value }
    return .object(object)
  }
}

extension CardFileError: OutcomeProviding {
  var outcome: RunOutcome { .environment }
}

/// A signal ended a probe.
private struct ProbeInterrupted: ExitCodeProviding, CustomStringConvertible {
  let exitCode: ExitCode
  var description: String { "Interrupted; nothing of this model was kept." }
}
