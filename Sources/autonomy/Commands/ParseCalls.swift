import ArgumentParsing
import JSON
import Pipeline
import ToolCallReading

/// Shows the tool calls in what a model wrote.
struct ParseCalls: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "parse-calls",
    abstract: "Read the tool calls in what a model wrote, from standard input.",
    discussion: """
      The tools are a JSON list of declarations, each bare or as '{"type": "function", "function": …}'; \
      '"changesFiles": true' in one makes the reader refuse what it would have to guess or mend in doubt. With \
      '--jsonl' every line of the input is '{"id", "tools", "raw_output"}', and every line of the output \
      '{"id", "calls", "stage", "notes"}'.
      """
  )

  @Option(help: ArgumentHelp("The tools that were offered, a JSON file.", valueName: "file"), completion: .file)
  var tools: String?
  @Flag(help: "Read many answers, one a line, each with its tools.") var jsonl = false
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json && !jsonl }

  func validate() throws {
    guard jsonl == (tools == nil) else { throw ValidationError("Give either '--tools <file>' or '--jsonl'.") }
    guard !jsonl || !format.json else { throw ValidationError("'--jsonl' has an output of its own, without '--json'.") }
  }

  func run(on console: Console) async throws {
    guard let tools else { return try await answerLines(console) }
    let reader = CallReader(tools: try Self.tools(console.path(tools)))
    let reading = reader.read(try await console.input.all())
    if wantsJSON {
      for call in reading.calls { console.emit(.object(Self.json(call))) }
      for mistake in reading.mistakes { console.emit(.object(Self.json(mistake))) }
      console.emitResult([
        "calls": .integer(reading.calls.count), "mistakes": .integer(reading.mistakes.count),
        "stage": .string(reading.stage.rawValue), "text": .string(reading.text),
      ])
    } else {
      write(reading, console)
    }
  }

  private func write(_ reading: CallReading, _ console: Console) {
    let style = console.style
    for call in reading.calls {
      console.print("\(style.bold(call.name)) \(JSONValue.object(call.arguments).text())")
      if !call.notes.isEmpty { console.print("  \(style.dim("mended: \(call.notes.joined(separator: ", "))"))") }
    }
    for mistake in reading.mistakes { console.print("\(style.bad) \(mistake.message)") }
    if reading.calls.isEmpty, reading.mistakes.isEmpty { console.print("There is no call.") }
  }

  private func answerLines(_ console: Console) async throws {
    try await console.input.forEachLine { number, line in
      do throws(JSONError) {
        guard let row = CorpusRow(try JSONValue(parsing: line)) else {
          throw JSONError(line: 1, column: 1, message: "The line needs 'id', 'tools' and 'raw_output'.")
        }
        console.emit(row.answer())
      } catch {
        throw Refusal(.configuration, "Line \(number) of the input, column \(error.column): \(error.message)")
      }
    }
  }

  private static func tools(_ path: String) throws -> [ToolSchema] {
    guard let bytes = FileBytes.read(path, limit: 1 << 26) else {
      throw Refusal(.configuration, "'\(path)' cannot be read.")
    }
    let value: JSONValue
    do {
      value = try JSONValue(parsing: bytes)
    } catch {
      throw Refusal(.configuration, "'\(path)', \(error)")
    }
    let list = value["tools"]?.array ?? value.array ?? [value]
    let tools = list.compactMap(ToolSchema.init(declaration:))
    guard tools.count == list.count else {
      throw Refusal(.configuration, "'\(path)' must be a JSON list of tools, each with a 'name'.")
    }
    return tools
  }

  private static func json(_ call: FoundCall) -> JSONObject {
    [
      "type": "call", "name": .string(call.name), "arguments": .object(call.arguments),
      "notes": .array(call.notes.map { .string($0) }),
    ]
  }

  private static func json(_ mistake: CallMistake) -> JSONObject {
    [
      "type": "mistake", "kind": .string(mistake.kind.rawValue), "name": mistake.name.map { .string($0) } ?? .null,
      "message": .string(mistake.message),
    ]
  }
}
