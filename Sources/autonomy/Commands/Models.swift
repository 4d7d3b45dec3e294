import ArgumentParsing
import JSON
import Pipeline
import Wording

/// Shows the models that the servers have.
struct Models: ConsoleCommand {
  static let configuration = CommandConfiguration(abstract: "List the models that the servers have, and their roles.")

  @OptionGroup var project: ProjectArgument
  @OptionGroup var settings: ConfigurationOptions
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let folder = try await project.folderToRead(console)
    let configuration = try settings.load(project: folder, console)
    let survey = await ModelSurvey(configuration, environment: console.environment, ofAll: true)
    let failures = survey.inventory.filter { $0.failure != nil }
    if wantsJSON {
      for entry in survey.entries { console.emit(.object(try Self.json(entry))) }
      for server in failures {
        console.emit([
          "type": "server", "server": .string(server.server.name), "url": .string(server.server.url),
          "failure": .string("\(server.failure.map { "\($0)" } ?? "")"),
        ])
      }
      let code: Int32 = failures.count == survey.inventory.count ? RunOutcome.unavailable.exitCode : 0
      console.emitResult(
        ["servers": .integer(survey.inventory.count), "models": .integer(survey.entries.count)],
        exitCode: code
      )
      if code != 0 { throw ExitCode(code) }
      return
    }
    let counts = (try? JournalReader.open(StateFolder(ofProject: folder))?.callTallies()) ?? [:]
    if let notice = survey.cardNotice { console.note("\(TextStyle(console.errors.terminal).warning) \(notice)") }
    for (index, server) in survey.inventory.enumerated() {
      if index > 0 { console.print() }
      write(server, survey, console)
    }
    if !counts.isEmpty {
      console.print()
      console.print(console.style.bold("Tool calls in this project so far"))
      for (model, count) in counts.sorted(by: { $0.key < $1.key }) {
        console.print("  \(model): \(CallTallyText.line(count))")
      }
    }
    if failures.count == survey.inventory.count { throw ExitCode(RunOutcome.unavailable.exitCode) }
  }

  private func write(_ server: ServerInventory, _ survey: ModelSurvey, _ console: Console) {
    let style = console.style
    let kind = server.server.kind == .ollama ? "" : " (\(server.server.kind.rawValue))"
    console.print("\(style.bold(server.server.name))  \(style.dim(server.server.url + kind))")
    if let failure = server.failure { return console.print("  \(style.bad) \(failure)") }
    if server.models.isEmpty {
      let advice = server.server.kind == .ollama ? " Get one: 'ollama pull qwen2.5-coder:32b'." : ""
      return console.print("  It has no models.\(advice)")
    }
    var table = TextTable(["MODEL", "SIZE", "CONTEXT", "CAN", "NOW", "ASKED FOR"], rightAligned: [1, 2])
    for entry in survey.entries where entry.server == server.server.name {
      table.rows.append([
        entry.model.name.description,
        Self.size(entry.model.bytes),
        entry.details?.contextLength.map { Amount.grouped($0) } ?? "?",
        Self.capabilities(entry).map { $0.joined(separator: " ") } ?? "?",
        entry.loaded.map { "loaded\($0.contextLength.map { ", \(Amount.grouped($0))" } ?? "")" } ?? "",
        (entry.phases + entry.roles).joined(separator: " "),
      ])
    }
    console.print(table)
    for case (let name, let card?) in survey.entries.map({
      ($0.model.name, $0.server == server.server.name ? $0.card : nil)
    }) {
      console.print("  \(style.neutral) \(name): \(card.summary)")
    }
  }

  static func capabilities(_ entry: ModelSurvey.Entry) -> [String]? {
    (entry.details?.capabilities ?? entry.model.capabilities).map { $0.sorted() }
  }

  static func json(_ entry: ModelSurvey.Entry) throws -> JSONObject {
    var object: JSONObject = [
      "type": "model", "server": .string(entry.server), "model": .string(entry.model.name.description),
      "bytes": .integer(entry.model.bytes),
    ]
    object["context_length"] = entry.details?.contextLength.map { .integer($0) }
    object["capabilities"] = capabilities(entry).map { .array($0.map { .string($0) }) }
    object["loaded"] = .bool(entry.loaded != nil)
    object["loaded_context"] = entry.loaded?.contextLength.map { .integer($0) }
    object["phases"] = .array(entry.phases.map { .string($0) })
    object["roles"] = .array(entry.roles.map { .string($0) })
    object["card"] = try entry.card.map { try JSONValue(encoding: $0) }
    return object
  }

  private static func size(_ bytes: Int) -> String { bytes == 0 ? "" : Amount.bytes(bytes) }
}
