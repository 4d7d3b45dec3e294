import ArgumentParsing
import JSON
import Pipeline
import SourceControl
import Unified
import Wording

/// Reads the whole store of checkpoints.
struct CheckpointsVerify: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read every checkpoint whole and compare it with its ids."
  )

  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let desk = try await CheckpointText.desk(project, console, "autonomy checkpoints verify")
    let (count, damages) = try await desk.look(orThrow: CheckpointText.nothingYet) {
      (try await $0.list().count, try await $0.verify())
    }
    let code: Int32 = damages.isEmpty ? 0 : RunOutcome.environment.exitCode
    if wantsJSON {
      for damage in damages {
        var members: JSONObject = ["type": "damage", "id": .string("\(damage.snapshot)")]
        members["path"] = damage.path.map { .string("\($0)") }
        members["problem"] = .string(damage.problem)
        console.emit(.object(members))
      }
      console.emitResult(["checkpoints": .integer(count), "damages": .integer(damages.count)], exitCode: code)
    } else {
      for damage in damages {
        let path = damage.path.map { " \($0)" } ?? ""
        console.print("\(console.style.bad) \(damage.snapshot)\(path): \(damage.problem)")
      }
      let all = Amount.counted(count, "checkpoint")
      if damages.isEmpty { console.print("\(console.style.good) \(all), all whole.") }
    }
    if code != 0 { throw ExitCode(code) }
  }
}
