import ArgumentParsing
import JSON
import Pipeline
import Unified

/// Has a recorded run again.
struct Replay: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the whole pipeline again from its record, without servers.",
    discussion: """
      Models and checks answer what they answered; everything else is done again in a folder of its own, and the project \
      is not touched. The first thing that is not as on record is shown with its step, and ends the replay with exit \
      code 3: then this version of the program does something else, or the record was changed.
      """
  )

  @Argument(
    help: ArgumentHelp("A run of the project, such as 'r2', or a file that 'log --export' wrote.", valueName: "run"),
    completion: .file
  )
  var run: String
  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let report: ReplayReport
    do {
      report = try await replay(console)
    } catch let damage as DamagedRecord {
      report = ReplayReport(difference: ReplayDifference(step: damage.step, "\(damage)"))
    } catch is CancellationError {
      throw ExitCode(console.signals.exitCode)
    }
    if wantsJSON { emit(report, console) } else { show(report, console) }
    if report.difference != nil { throw ExitCode(RunOutcome.partial.exitCode) }
  }

  private func replay(_ console: Console) async throws -> ReplayReport {
    try await console.signals.cancelling {
      if let id = RunID(run) {
        return try await ReplayDesk(project: project.folder(console)).replay(id)
      }
      return try await ReplayDesk.replay(file: console.path(run))
    }
  }

  private func emit(_ report: ReplayReport, _ console: Console) {
    var members: JSONObject = [
      "same": .bool(report.difference == nil), "starts": .integer(report.parts), "events": .integer(report.events),
    ]
    members["outcome"] = report.result.map { .string($0.outcome.rawValue) }
    if let difference = report.difference {
      members["step"] = difference.step.map { .integer($0) }
      members["cause"] = .string(difference.cause)
      members["lines"] = .array(difference.lines.map { .string($0) })
    }
    console.emitResult(members, exitCode: report.difference == nil ? 0 : RunOutcome.partial.exitCode)
  }

  private func show(_ report: ReplayReport, _ console: Console) {
    let style = console.style
    guard let difference = report.difference else {
      let starts = report.parts > 1 ? " in \(report.parts) starts" : ""
      let end = report.result.map { "It ended as it had: \($0.outcome.rawValue)." } ?? "It was cut off, as it had been."
      console.print(
        "\(style.good) '\(run)' is the same again: \(Amount.counted(report.events, "event"))\(starts). \(end)"
      )
      return
    }
    let place = difference.step.map { "in step \($0)" } ?? "before the first step"
    console.printWrapped("\(style.bad) '\(run)' is not the same \(place). \(difference.cause)")
    for line in difference.lines { console.print("  \(DisplayWidth.harmless(line))") }
  }
}
