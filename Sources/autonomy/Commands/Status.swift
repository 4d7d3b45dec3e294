import ArgumentParsing
import JSON
import Pipeline
import Unified

/// Shows how far the work on a project is, and hands the whole state out and in.
struct Status: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how far the work is: tasks, questions, spending.",
    discussion: """
      It can be asked at any time, also while a run is at work. '--export' writes the whole state with its journal to one \
      JSON file, without files and checkpoints of the project; '--import' takes such a file over in this or another \
      folder, also one of an earlier version, and 'autonomy resume' goes on from there.
      """
  )

  @OptionGroup var project: ProjectArgument
  @Option(
    name: .customLong("export"),
    help: ArgumentHelp("Write the whole state to this file.", valueName: "file"),
    completion: .file
  )
  var exported: String?
  @Option(
    name: .customLong("import"),
    help: ArgumentHelp("Take the whole state from this file.", valueName: "file"),
    completion: .file
  )
  var imported: String?
  @Flag(help: "Let '--import' replace a state that is there; it is kept beside the new one.") var replace = false
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func validate() throws {
    if exported != nil, imported != nil { throw ValidationError("Give either '--export' or '--import'.") }
    if replace, imported == nil { throw ValidationError("'--replace' goes with '--import'.") }
    for (name, value) in [("--export", exported), ("--import", imported)] where value == "" {
      throw ValidationError("The value of '\(name)' is empty; give the path of a file.")
    }
  }

  func run(on console: Console) async throws {
    let root = try await imported == nil ? project.folderToRead(console) : project.folder(console)
    let desk = StateDesk(
      project: root,
      mask: SecretMask(environment: console.environment),
      command: "autonomy status --import"
    )
    let transfer = StateTransfer(desk: desk, console: console, writesJSON: wantsJSON)
    if let exported { return try await transfer.export(to: console.path(exported)) }
    if let imported { return try await transfer.takeOver(console.path(imported), replacing: replace) }
    let folder = StateFolder(ofProject: root)
    // A configuration that is wrong keeps nobody from seeing how far the work is.
    let caps = (try? Configuration.load(project: root, environment: console.environment))?.limits ?? LimitSettings()
    guard let reader = try JournalReader.open(folder), let snapshot = try StatusReport(reader, folder, caps: caps)
    else {
      let holder = LockHolder.current(in: folder.path)
      if wantsJSON { return console.emitResult(["run": .null, "at_work": .bool(holder != nil)]) }
      guard let holder else {
        return console.print("There was no run in this project yet. Start one with 'autonomy run'.")
      }
      let command = holder.command.map { "'\($0)'" } ?? "Somebody"
      let process = holder.process.map { " (process \($0))" } ?? ""
      return console.print("\(command)\(process) is at work on this project. There was no run in it yet.")
    }
    if wantsJSON {
      for line in snapshot.items { console.emit(line) }
      console.emitResult(snapshot.summary)
    } else {
      for line in snapshot.lines(on: console.output.terminal) { console.print(line) }
    }
  }
}
