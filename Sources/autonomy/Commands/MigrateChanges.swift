import ArgumentParsing
import JSON
import Pipeline
import Unified

/// Promotes a phase.
struct MigratePromote: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "promote",
    abstract: "Let the arbiter decide on a phase, if comparisons speak for it."
  )

  @Argument(help: "The phase, such as 'qa'.") var phase: String
  @Flag(help: "Promote it without evidence; that is recorded.") var force = false
  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let phase = try PhaseArgument.phase(phase)
    let desk = try await MigrationText.desk(project, console)
    let reason = try await desk.promote(phase, forced: force)
    if wantsJSON { return console.emitResult(["phase": .string(phase.rawValue), "reason": .string(reason)]) }
    console.print("\(console.style.good) The arbiter decides on '\(phase.rawValue)' from the next run on. \(reason)")
  }
}

/// Takes a phase back.
struct MigrateDemote: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "demote",
    abstract: "Let the rules decide on a phase again."
  )

  @Argument(help: "The phase, such as 'qa'.") var phase: String
  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let phase = try PhaseArgument.phase(phase)
    try await MigrationText.desk(project, console).demote(phase)
    if wantsJSON { return console.emitResult(["phase": .string(phase.rawValue)]) }
    console.print("\(console.style.good) The rules decide on '\(phase.rawValue)' from the next run on.")
  }
}

/// Changes the project's default mode.
struct MigrateDefault: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "default",
    abstract: "Make one mode the project's default, for all phases.",
    discussion:
      "'orchestrated' wants the evidence of a comparison of all phases; the traditional mode still works then."
  )

  @Argument(help: "'traditional' or 'orchestrated'.") var mode: RunMode
  @Flag(help: "Change it without evidence; that is recorded.") var force = false
  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let desk = try await MigrationText.desk(project, console)
    var reason: String?
    switch mode {
    case .orchestrated: reason = try await desk.promote(nil, forced: force)
    case .traditional: try await desk.demote(nil)
    }
    if wantsJSON {
      var members: JSONObject = ["default": .string(mode.rawValue)]
      members["reason"] = reason.map { .string($0) }
      return console.emitResult(members)
    }
    console.print("\(console.style.good) The \(mode.rawValue) mode is the default. \(reason ?? "")".trimmingEnd())
  }
}

/// A phase that the user names.
enum PhaseArgument {
  static func phase(_ name: String) throws(ValidationError) -> PhaseName {
    guard let phase = PhaseName(rawValue: name.trimmingSpaces()) else {
      let names = PhaseName.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
      throw ValidationError("'\(name)' is no phase. The phases are \(names).")
    }
    return phase
  }
}
