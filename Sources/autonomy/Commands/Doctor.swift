import ArgumentParsing
import JSON
import Pipeline
import Wording

/// Says what would keep a run from working.
struct Doctor: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what would keep a run from working, and what to do about it.",
    discussion: """
      The exit code is 0 if a run could begin, 2 where configuration, plan or models are wrong, 6 where no server \
      answers, and 7 where the machine is not ready.
      """
  )

  @OptionGroup var project: ProjectArgument
  @OptionGroup var settings: ConfigurationOptions
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let (folder, trouble) = try await ProjectPlace.readable(project.name, console)
    let examination = await Examination(
      project: folder,
      interruptedRollback: trouble,
      environment: console.environment,
      configuration: Result { try settings.load(project: folder, console) }
    )
    let outcome = examination.outcome
    if wantsJSON {
      for finding in examination.findings { console.emit(finding.json) }
      console.emitResult(["outcome": outcome.map { .string($0.rawValue) } ?? "ready"], exitCode: outcome?.exitCode ?? 0)
    } else {
      write(examination, outcome, console)
    }
    if let outcome { throw ExitCode(outcome.exitCode) }
  }

  private func write(_ examination: Examination, _ outcome: RunOutcome?, _ console: Console) {
    let style = console.style
    let width = examination.findings.map { DisplayWidth.of($0.subject) }.max() ?? 0
    for finding in examination.findings {
      let mark =
        switch finding.verdict {
        case .good: style.good
        case .notice: style.warning
        case .bad: style.bad
        }
      let head = "\(mark) \(DisplayWidth.padded(style.bold(finding.subject), to: width))  "
      let columns = console.output.terminal.columns.map { $0 - width - 4 }
      let text = DisplayWidth.wrapped(finding.text, columns: columns)
      let advice =
        finding.advice.map { DisplayWidth.wrapped("\(style.arrow) \($0)", columns: columns, indent: 2, isOurs: true) }
        ?? []
      let margin = String(repeating: " ", count: width + 4)
      for (index, line) in (text + advice).enumerated() { console.print((index == 0 ? head : margin) + line) }
    }
    console.print()
    let count = examination.findings.count { $0.verdict == .bad }
    console.print(
      outcome == nil ? "A run can begin: 'autonomy run'." : "\(Amount.counted(count, "thing")) must be mended first."
    )
  }
}
