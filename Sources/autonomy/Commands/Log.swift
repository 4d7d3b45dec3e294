import ArgumentParsing
import JSON
import Pipeline
import Unified
import Wording

/// Shows what happened, event by event.
struct Log: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what happened, event by event.",
    discussion: """
      Times are UTC. With '--json' the events are written as they are stored. With '--step' it is also shown what was \
      left out of each prompt to make it fit; 'autonomy why N --full' shows all of it for the step's last prompt.
      """
  )

  @Option(help: ArgumentHelp("Only this run, such as 'r2', or 'all'; without it, the last.", valueName: "run"))
  var run: String?
  @Option(help: ArgumentHelp("Only this step.", valueName: "n")) var step: Int?
  @Option(
    name: .customLong("export"),
    help: ArgumentHelp("Write the run with all that 'replay' needs to this file.", valueName: "file"),
    completion: .file
  )
  var exported: String?
  @Flag(help: "Wait for further events, until Ctrl-C.") var follow = false
  @OptionGroup var project: ProjectArgument
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func validate() throws {
    if let run, run != "all", RunID(run) == nil {
      throw ValidationError("'\(run)' is no id of a run, such as 'r2', and not 'all'.")
    }
    if exported == "" { throw ValidationError("The value of '--export' is empty; give the path of a file.") }
    if exported != nil, step != nil || follow || run == "all" {
      throw ValidationError("'--export' writes one whole run; it does not go with '--step', '--follow' and 'all'.")
    }
  }

  func run(on console: Console) async throws {
    let root = try await project.folderToRead(console)
    let folder = StateFolder(ofProject: root)
    guard var reader = try JournalReader.open(folder) else {
      if wantsJSON { return console.emitResult(["events": 0]) }
      return console.print("There was no run in this project yet. Start one with 'autonomy run'.")
    }
    if let exported {
      guard let id = try run.flatMap({ RunID($0) }) ?? reader.state().run?.id else {
        throw Refusal(.configuration, "There was no run in this project yet. Start one with 'autonomy run'.")
      }
      return try await export(id, of: root, to: exported, console)
    }
    var selection = EventSelection(step: step)
    if let run, run != "all" {
      selection.run = RunID(run)
    } else if run == nil, step == nil {
      selection.run = try reader.state().run?.id
    }
    let text = EventText(console.output.terminal)
    var count = 0
    var hasBegun = false
    func writeNew() throws {
      reader = try reader.current()
      try reader.forEachEvent(selection) { stored in
        selection.after = stored.sequence
        // Somebody who closed the pipe wants no more.
        guard !console.output.isClosed else { return }
        count += 1
        if wantsJSON {
          console.emit(try stored.json())
        } else {
          for line in text.logLines(stored) { console.print(line) }
          guard let step else { return }
          if case .phaseStarted = stored.event { hasBegun = true }
          // Before it models decide, whose conversations are their own.
          if hasBegun, case .modelRequest(let request) = stored.event, let removals = request.removals {
            let removed = RemovalText(removals: removals, transcript: try reader.transcript(of: step), text: text)
            for line in removed.lines(isFull: false) { console.print(line) }
          }
        }
      }
    }
    try writeNew()
    if follow { try await wait(for: writeNew, console) }
    if count == 0, !follow, run != nil || step != nil { throw Refusal(.configuration, nothing) }
    if wantsJSON { console.emitResult(["events": .integer(count)]) }
  }

  private func export(_ id: RunID, of root: String, to file: String, _ console: Console) async throws {
    let mask = SecretMask(environment: console.environment)
    let export = try await ReplayDesk(project: root).export(id, to: console.path(file), mask: mask)
    let secret = export.secretFiles
    if wantsJSON {
      var members: JSONObject = ["run": .string("\(id)"), "bytes": .integer(export.size)]
      members["playable"] = .bool(export.isPlayable)
      if !secret.isEmpty { members["secret_files"] = .array(secret.map { .string("\($0)") }) }
      return console.emitResult(members)
    }
    let use =
      export.isPlayable
      ? "'autonomy replay \(file)' plays it anywhere."
      : "It cannot be played, because '\(id)' worked on several tasks at once, and in which order is not on record."
    console.printWrapped(
      "\(console.style.good) Wrote '\(id)' to '\(file)', \(Amount.grouped(export.size)) bytes. It holds the project's "
        + "files and all that was said; \(use)",
      isOurs: true
    )
    guard !secret.isEmpty else { return }
    let names = secret.map { "'\($0)'" }.joined(separator: ", ")
    console.printWrapped(
      "\(console.style.bad) A secret of your environment stands in \(names), and so in '\(file)'. Hand that out to nobody "
        + "who must not know it.",
      isOurs: true
    )
  }

  private var nothing: String {
    if let step { return "There is no step \(step). 'autonomy log' shows those of the last run." }
    return "There is no run '\(run ?? "")'. 'autonomy log --run all' shows every event."
  }

  private func wait(for writeNew: () throws -> Void, _ console: Console) async throws {
    let watcher = console.signals
    async let stopped: Void = watcher.wait()
    while watcher.signal == nil, !console.output.isClosed {
      try await Task.sleep(for: .milliseconds(200))
      try writeNew()
    }
    if watcher.signal != nil { await stopped }
  }
}
