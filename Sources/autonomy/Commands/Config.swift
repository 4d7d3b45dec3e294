import ArgumentParsing
import JSON
import Pipeline

/// Shows what is configured, and where each value comes from.
struct Config: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the configuration that a run would have.",
    discussion: """
      Flags win over the environment, that over the project's 'autonomy.json', that over the user's \
      'autonomy/config.json' in $XDG_CONFIG_HOME or '~/.config', and that over the defaults.
      """
  )

  @Flag(help: "Tell where each value comes from.") var showOrigin = false
  @Flag(help: "Write what every key means, as a Markdown table.") var reference = false
  @OptionGroup var project: ProjectArgument
  @OptionGroup var settings: ConfigurationOptions
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    if reference { return console.output.write(Configuration.reference) }
    let folder = try await project.folderToRead(console)
    let configuration = try settings.load(project: folder, console)
    // Whether it names phases only the modes know.
    _ = try ModeChoice(flag: nil, configuration)
    let entries = configuration.entries
    if wantsJSON {
      for entry in entries {
        console.emit([
          "type": "setting", "key": .string(entry.key), "value": entry.value,
          "origin": .string("\(entry.origin)"),
        ])
      }
      return console.emitResult(["settings": .integer(entries.count)])
    }
    var table = TextTable(indent: 0)
    for entry in entries {
      let value = Self.shown(entry.value)
      let isSet = entry.origin != .standard
      let key = isSet ? console.style.bold(entry.key) : entry.key
      // On a narrow screen the last column is cut.
      table.rows.append(showOrigin ? [key, console.style.dim("\(entry.origin)"), value] : [key, value])
    }
    console.print(table)
  }

  /// The value in one line; of a long one the beginning, as '--json' has the whole.
  private static func shown(_ value: JSONValue) -> String {
    let text = DisplayWidth.oneLine(value.isNull ? "none" : value.text())
    return text.count <= 100 ? text : "\(text.prefix(90))… (--json shows all)"
  }
}
