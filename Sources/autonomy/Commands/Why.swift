import ArgumentParsing
import JSON
import Pipeline

/// Explains one step.
struct Why: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explain a step: why it was taken, what was asked and answered, what it cost."
  )

  @Argument(help: "The step's number; 'autonomy log' shows them.") var step: Int
  @Flag(help: "Show prompts, answers and results whole.") var full = false
  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let folder = StateFolder(ofProject: try await project.folderToRead(console))
    guard let reader = try JournalReader.open(folder) else {
      throw Refusal(.configuration, "There was no run in this project yet, so there is no step \(step).")
    }
    guard let report = try StepReport(step, reader) else {
      let last = try reader.state().stepsTaken
      throw Refusal(
        .configuration,
        "There is no step \(step). " + (last == 0 ? "None was taken yet." : "The last is \(last).")
      )
    }
    if wantsJSON {
      for line in try report.items() { console.emit(line) }
      console.emitResult(report.summary)
    } else {
      for line in report.lines(on: console.output.terminal, isFull: full) { console.print(line) }
    }
  }
}
