import ArgumentParsing
@unsafe @preconcurrency import Glibc
import OllamaSimulator
import Pipeline

/// Develops a bundled project with simulated models.
struct Demo: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watch a whole run on a bundled project, with simulated models.",
    discussion: """
      Everything but the models is real: the project, its tests, the files that are written. It needs a C compiler and \
      no network.
      """
  )

  @Argument(
    help: ArgumentHelp("A new folder for the project; without it, a temporary one.", valueName: "path"),
    completion: .directory
  )
  var path: String?
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let demo = try DemoFiles()
    let folder = try demo.unpack(to: path.map { console.path($0) })
    let simulator: OllamaSimulator
    do {
      simulator = try await OllamaSimulator(scenario: try demo.scenario(), keepsRequests: false)
    } catch let error as HTTPServerError {
      throw Refusal(.environment, error.description)
    }
    // The user's own settings and servers have no part in this.
    let configuration = try Configuration.load(
      project: folder,
      environment: ["OLLAMA_HOST": simulator.url],
      overrides: [
        ConfigurationOverride(option: "demo", key: "models.reasoning", value: "qwen2.5:32b"),
        ConfigurationOverride(option: "demo", key: "models.analysis", value: "qwen2.5:14b"),
      ]
    )
    if !wantsJSON { introduce(folder, console) }
    let session = RunSession(
      project: folder,
      configuration: configuration,
      console: console,
      writesJSON: wantsJSON,
      command: "autonomy demo"
    )
    let result: Result<Void, any Error>
    do {
      result = .success(try await session.carryOut(RunSettings()))
    } catch {
      result = .failure(error)
    }
    await simulator.stop()
    try result.get()
    if !wantsJSON { conclude(folder, console) }
  }

  private func introduce(_ folder: String, _ console: Console) {
    let style = TextStyle(console.errors.terminal)
    console.noteWrapped(
      "\(style.bold("The models of this demo are simulated")): their answers come from a script. All else is real."
    )
    console.noteWrapped("The project is a small C program; its plan is '\(folder)/\(Coordinator.planName)'.")
    console.note("")
  }

  private func conclude(_ folder: String, _ console: Console) {
    console.print()
    console.printWrapped("The models were simulated; the code that they wrote is in '\(folder)'. Look around:")
    console.print("  autonomy status \(folder)")
    console.print("  autonomy log \(folder)")
    console.print("  autonomy why 8 -C \(folder)")
    console.printWrapped(
      "With real models: start Ollama, pull one that calls tools, and begin in a project of your own:"
    )
    console.print("  ollama pull qwen2.5-coder:32b")
    console.print("  autonomy init && autonomy doctor && autonomy run")
  }
}
