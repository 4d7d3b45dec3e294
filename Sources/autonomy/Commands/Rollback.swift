import ArgumentParsing
import JSON
import Pipeline
import SourceControl
import Unified
import Wording

/// Brings files and state back together.
struct Rollback: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring the files and the state of the pipeline back to a checkpoint.",
    discussion: """
      What is there now is captured first, so that '--undo' takes the rollback back. The journal and what was spent are \
      never rewound. Files that you changed since keep it from happening (exit code 8), unless you say what becomes of \
      them.
      """
  )

  @Argument(help: "The checkpoint's id, such as 'c12'; 'autonomy checkpoints' lists them.") var id: String?
  @Option(help: ArgumentHelp("Go back to where this task began.", valueName: "id")) var task: String?
  @Flag(help: "Take your last rollback back.") var undo = false
  @Flag(help: "Show what would change, and change nothing.") var preview = false
  @Flag(help: "Bring back files that you changed since, too.") var force = false
  @Flag(help: "Leave files that you changed since as they are.") var keepMine = false
  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func validate() throws {
    guard (id == nil ? 0 : 1) + (task == nil ? 0 : 1) + (undo ? 1 : 0) == 1 else {
      throw ValidationError("Give one of a checkpoint's id, '--task' and '--undo'.")
    }
    guard !(force && keepMine) else { throw ValidationError("Give '--force' or '--keep-mine', not both.") }
    _ = try target()
  }

  private func target() throws -> RollbackTarget {
    if let id { return .checkpoint(try CheckpointText.id(id)) }
    guard let task else { return .undo }
    return .task(try TaskText.id(task))
  }

  func run(on console: Console) async throws {
    let desk = try await CheckpointText.desk(project, console, "autonomy rollback")
    let target = try target()
    let foreign: ForeignChanges = force ? .overwrite : keepMine ? .keep : .refuse
    if preview {
      let preview = try await desk.look(orThrow: target.refusalWithoutCheckpoints) {
        try await $0.preview(target, foreign)
      }
      return show(preview, on: console)
    }
    let (done, headMove) = try await desk.look(orThrow: target.refusalWithoutCheckpoints) { store in
      let done = try await store.rollBack(to: target, foreign)
      let headMove = try await store.headMove(since: done.checkpoint)
      await store.tidy()
      return (done, headMove)
    }
    if wantsJSON {
      var members: JSONObject = [
        "id": .string("\(done.checkpoint)"),
        "safety": .string("\(done.safety)"),
        "restored": .array(done.restored.map { .string("\($0)") }),
        "kept": .array(done.kept.map { .string("\($0)") }),
        "rescued": .array(done.rescued.map { .string($0) }),
      ]
      members["undone"] = done.undone.map { .string("\($0)") }
      members["head"] = headMove.map(json)
      return console.emitResult(members)
    }
    let files = Amount.counted(done.restored.count, "file")
    let what = done.undone.map { "Took back the rollback to checkpoint '\($0)': brought" } ?? "Brought"
    console.print("\(console.style.good) \(what) \(files) and the state back to checkpoint '\(done.checkpoint)'.")
    for path in done.kept {
      console.print("\(console.style.warning) Left as you changed it: \(CheckpointText.line(path))")
    }
    for rescue in done.rescued {
      console.print("\(console.style.warning) Moved out of the way: \(DisplayWidth.oneLine(rescue))")
    }
    if let headMove { console.print("\(console.style.neutral) \(DisplayWidth.oneLine("\(headMove)"))") }
    console.print("Take that back with 'autonomy rollback --undo', or go on from here with 'autonomy run'.")
  }

  private func show(_ preview: RollbackPreview, on console: Console) {
    if wantsJSON {
      for task in preview.tasks { console.emit(.object(CheckpointText.json(task))) }
      for change in preview.changes { console.emit(.object(CheckpointText.json(change))) }
      var members: JSONObject = [
        "id": .string("\(preview.target.id)"),
        "changes": .integer(preview.changes.count),
        "permissions": .array(preview.permissions.map { .string("\($0)") }),
        "tasks": .integer(preview.tasks.count),
        "conflicts": .array(preview.conflicts.map { .string("\($0)") }),
      ]
      members["head"] = preview.headMove.map(json)
      members["refusal"] = preview.refusal.map { .string($0) }
      return console.emitResult(members)
    }
    console.output.write(console.masked(String(decoding: preview.patch, as: UTF8.self)))
    for path in preview.conflicts {
      console.note("\(console.style.warning) You changed this since: \(CheckpointText.line(path))")
    }
    if let refusal = preview.refusal { console.note("\(console.style.bad) \(DisplayWidth.oneLine(refusal))") }
    for path in preview.ignored {
      console.note("\(console.style.neutral) Left out there, so it stays: \(CheckpointText.line(path))")
    }
    for task in preview.tasks { console.note(CheckpointText.line(task, console.style)) }
    let known = Set(preview.conflicts)
    for path in preview.permissions where !known.contains(path) {
      console.note("\(console.style.neutral) Only its permissions would change: \(CheckpointText.line(path))")
    }
    if let headMove = preview.headMove {
      console.note("\(console.style.neutral) \(DisplayWidth.oneLine("\(headMove)"))")
    }
    let files = Amount.counted(preview.changes.count + preview.permissions.count, "file")
    let tasks = preview.tasks.isEmpty ? "" : " and \(Amount.counted(preview.tasks.count, "task"))"
    console.note("\(files)\(tasks) would change. Nothing was changed.")
  }

  private func json(_ move: HeadMove) -> JSONValue {
    ["then": .string("\(move.then)"), "now": .string("\(move.now)")]
  }
}
