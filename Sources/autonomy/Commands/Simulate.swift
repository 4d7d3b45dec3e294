import ArgumentParsing
import JSON
import OllamaSimulator
import Pipeline

/// Serves a scenario as an Ollama server would, until it is told to stop.
struct Simulate: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve a scenario of model answers as Ollama would.",
    discussion: """
      The server listens on this machine only and runs until Ctrl-C. Each request is a line on standard error. The exit \
      code is 1 if there was a request that no rule of the scenario matched.
      """
  )

  @Option(help: ArgumentHelp("The scenario, a JSON file.", valueName: "file"), completion: .file) var scenario: String
  @Option(help: ArgumentHelp("The port to listen on; 0 takes a free one.", valueName: "n")) var port: UInt16 = 0
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let summary: SimulationSummary
    do {
      summary = try await SimulateSession.run(
        file: console.path(scenario),
        port: Int(port),
        onRequest: { console.note(RequestLine(request: $0).text) },
        onStart: { announce($0.url, console) },
        untilStopped: { await console.signals.wait() }
      )
    } catch let error as HTTPServerError {
      throw Refusal(.environment, error.description)
    }
    if wantsJSON {
      console.emitResult(
        [
          "requests": .integer(summary.requestCount),
          "replies": .array(summary.repliesPerRule.map { .integer($0) }),
          "loads": .integer(summary.loadCount),
          "unmatched": .integer(summary.unmatchedCount),
        ],
        exitCode: summary.exitCode
      )
    } else {
      for line in summary.lines { console.note(line) }
    }
    if summary.exitCode != 0 { throw ExitCode(summary.exitCode) }
  }

  private func announce(_ url: String, _ console: Console) {
    if wantsJSON { return console.emit(["type": "listening", "url": .string(url)]) }
    console.print("OLLAMA_HOST=\(url)")
    console.note("The simulated server listens on \(url). Stop it with Ctrl-C.")
  }
}
