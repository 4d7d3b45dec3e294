import ArgumentParsing
import JSON
import Pipeline
import SourceControl
import Unified
import Wording

/// A checkpoint in words, and the way to a project's checkpoints.
struct CheckpointText {
  let checkpoint: Snapshot

  init(_ checkpoint: Snapshot) {
    self.checkpoint = checkpoint
  }

  static func id(_ text: String) throws(ValidationError) -> SnapshotID {
    guard let id = SnapshotID(text.lowercased()) else {
      throw ValidationError("'\(text)' is no id of a checkpoint, such as 'c12'.")
    }
    return id
  }

  /// What keeps a command from being carried out where there is nothing to look at.
  static var nothingYet: RunRefusal { RunRefusal(.configuration, CheckpointDesk.nothingYet) }

  static func desk(_ project: ProjectOption, _ console: Console, _ command: String) async throws -> CheckpointDesk {
    let folder = try await project.folder(console)
    let configuration = try Configuration.load(project: folder, environment: console.environment)
    return CheckpointDesk(project: folder, configuration: configuration, command: command)
  }

  private var taken: String {
    let time = Array(Timestamp(milliseconds: checkpoint.seconds * 1000).description)
    return String(time[0..<10]) + " " + String(time[11..<19])
  }

  private var message: String { DisplayWidth.oneLine(checkpoint.label.message) }

  var row: [String] {
    [
      "\(checkpoint.id)", taken, checkpoint.label["Step"] ?? "", checkpoint.label["Task"] ?? "",
      "\(checkpoint.figures.changes)", Amount.bytes(checkpoint.figures.stored), message,
    ]
  }

  var lines: [String] {
    [
      "\(checkpoint.id)  \(message)", "  taken    \(taken) UTC (\(checkpoint.kind.rawValue))",
      "  commit   \(checkpoint.commit)",
      "  files    \(Amount.grouped(checkpoint.figures.files)), \(Amount.counted(checkpoint.figures.changes, "change"))",
    ] + checkpoint.label.trailers.map { "  \($0.key.lowercased().padded(to: 8)) \($0.value)" }
  }

  var json: JSONObject {
    var object: JSONObject = [
      "id": .string("\(checkpoint.id)"), "kind": .string(checkpoint.kind.rawValue),
      "message": .string(checkpoint.label.message),
      "time": .string(Timestamp(milliseconds: checkpoint.seconds * 1000).description),
      "commit": .string("\(checkpoint.commit)"), "files": .integer(checkpoint.figures.files),
      "changes": .integer(checkpoint.figures.changes), "skipped": .integer(checkpoint.figures.skipped),
      "stored": .integer(checkpoint.figures.stored),
    ]
    for trailer in checkpoint.label.trailers { object[trailer.key.lowercased()] = .string(trailer.value) }
    return object
  }

  /// A path on one line.
  static func line(_ path: ProjectPath) -> String { DisplayWidth.oneLine("\(path)") }

  /// What becomes of a task.
  static func line(_ task: TaskDifference, _ style: TextStyle) -> String {
    switch (task.before, task.after) {
    case (let before?, let after?): "\(task.id) \(before.words) \(style.arrow) \(after.words)"
    case (let before?, nil): "\(task.id) (\(before.words)) is not planned any more"
    case (nil, let after): "\(task.id) is planned: \(after?.words ?? "")"
    }
  }

  static func json(_ task: TaskDifference) -> JSONObject {
    [
      "type": "task", "id": .string("\(task.id)"),
      "before": task.before.map { .string($0.rawValue) } ?? .null,
      "after": task.after.map { .string($0.rawValue) } ?? .null,
    ]
  }

  static func json(_ damage: SnapshotDamage) -> JSONObject {
    var members: JSONObject = ["type": "damage", "id": damage.snapshot.map { .string("\($0)") } ?? .null]
    members["path"] = damage.path.map { .string("\($0)") }
    members["problem"] = .string(damage.problem)
    return members
  }

  static func json(_ change: SnapshotChange) -> JSONObject {
    ["type": "change", "path": .string("\(change.path)"), "change": .string(word(change))]
  }

  static func mark(_ change: SnapshotChange) -> String {
    change.before == nil ? "+" : change.after == nil ? "-" : "~"
  }

  private static func word(_ change: SnapshotChange) -> String {
    change.before == nil ? "added" : change.after == nil ? "removed" : "changed"
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { DisplayWidth.padded(self, to: width) }
}
