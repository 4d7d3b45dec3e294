import JSON
import Pipeline
import Unified
import Wording

/// How far a project's migration is, in words and as JSON.
struct MigrationText {
  private struct Row {
    let phase: PhaseName
    let isOrchestrated: Bool
    let word: MigrationStage.Word?
    let evidence: PhaseEvidence
    let watch: PhaseWatch?
  }

  private let stage: MigrationStage
  private let rows: [Row]
  /// What speaks for the default of all phases.
  private let byDefault: PhaseEvidence

  init(_ reader: JournalReader?) throws {
    let stage = try MigrationStage(reader)
    let comparisons = try reader?.comparisons() ?? []
    self.stage = stage
    byDefault = PhaseEvidence(for: nil, at: stage, in: comparisons)
    rows = try PhaseName.allCases.map { phase in
      let isOrchestrated = stage.isOrchestrated(phase)
      return Row(
        phase: phase,
        isOrchestrated: isOrchestrated,
        word: stage.word(on: phase),
        evidence: PhaseEvidence(for: phase, at: stage, in: comparisons),
        watch: isOrchestrated ? try reader?.watch(phase, at: stage) : nil
      )
    }
  }

  static func desk(_ project: ProjectOption, _ console: Console) async throws -> MigrationDesk {
    let folder = try await project.folder(console)
    let configuration = try Configuration.load(project: folder, environment: console.environment)
    return MigrationDesk(project: folder, configuration: configuration, command: "autonomy migrate")
  }

  private var stageName: String {
    stage.isFull ? "full" : stage.orchestrated.isEmpty ? "parallel" : "gradual"
  }

  func lines(on terminal: Terminal) -> [String] {
    let style = TextStyle(terminal)
    let meaning = [
      "parallel": "the rules decide; comparisons show what the arbiter would do better",
      "gradual": "the arbiter decides on some phases", "full": "the orchestrated mode is the default",
    ]
    var lines = ["\(style.bold("Stage")): \(stageName) (\(meaning[stageName] ?? ""))", ""]
    var table = TextTable(["phase", "decides", "since", "why"])
    table.rows = rows.map { row in
      let since = row.word.map { String($0.time.description.prefix(10)) } ?? ""
      let why = row.isOrchestrated ? Self.health(row) : Self.demotion(row)
      return [row.phase.rawValue, row.isOrchestrated ? "arbiter" : "rules", since, why]
    }
    lines += table.lines(on: terminal)
    let open = rows.filter { !$0.isOrchestrated }
    if !open.isEmpty {
      lines += ["", style.bold("Evidence for the next phase")]
      var evidence = TextTable()
      evidence.rows = open.map { row in
        [row.evidence.isEnough ? style.good : style.neutral, row.phase.rawValue, row.evidence.reason]
      }
      if !stage.isFull {
        evidence.rows.append([byDefault.isEnough ? style.good : style.neutral, "all phases", byDefault.reason])
      }
      lines += evidence.lines(on: terminal)
    }
    return lines + ["", next]
  }

  private static func demotion(_ row: Row) -> String {
    guard let event = row.word?.event else { return "" }
    return event.isAutomatic ? "It was taken back by itself. \(event.reason)" : event.reason
  }

  private static func health(_ row: Row) -> String {
    let forced = row.word?.event.isForced == true ? "without evidence; " : ""
    guard let watch = row.watch, let success = watch.success else { return "\(forced)no run since" }
    let share =
      "\(Int((success * 100).rounded())) % of its steps went well in \(Amount.counted(watch.measures.count, "run"))"
    return forced + share + (watch.baseline.map { ", \(Int(($0 * 100).rounded())) % by the rules" } ?? "")
  }

  private var next: String {
    let open = MigrationStage.order.compactMap { phase in rows.first { $0.phase == phase && !$0.isOrchestrated } }
    if let ready = open.first(where: { $0.evidence.isEnough }) {
      return "'autonomy migrate promote \(ready.phase.rawValue)' lets the arbiter decide on it."
    }
    if stage.isFull { return "'autonomy migrate default traditional' takes it back." }
    guard let phase = open.first?.phase else { return "'autonomy migrate default orchestrated' makes it the default." }
    let wanted = MigrationStage.order.filter { stage.isOrchestrated($0) || $0 == phase }.map(\.rawValue)
    return "'autonomy compare --phases \(wanted.joined(separator: ","))' gives evidence for '\(phase.rawValue)'."
  }

  var json: JSONObject {
    [
      "stage": .string(stageName),
      "phases": .array(
        rows.map { row in
          var object: JSONObject = [
            "phase": .string(row.phase.rawValue), "orchestrated": .bool(row.isOrchestrated),
            "evidence": .bool(row.evidence.isEnough), "reason": .string(row.evidence.reason),
          ]
          object["since"] = row.word.map { .string($0.time.description) }
          object["forced"] = row.word.map { .bool($0.event.isForced) }
          object["automatic"] = row.word.map { .bool($0.event.isAutomatic) }
          object["success"] = row.watch?.success.map { .number($0) }
          object["baseline"] = row.watch?.baseline.map { .number($0) }
          return .object(object)
        }
      ),
      "default": ["evidence": .bool(byDefault.isEnough), "reason": .string(byDefault.reason)],
    ]
  }
}
