/// The help of one command, wrapped to a number of columns.
struct HelpText {
  private static let labelColumns = 26
  private static let longestListedUsage = 8

  private let model: CommandModel
  private let columns: Int

  init(_ model: CommandModel, columns: Int) {
    self.model = model
    self.columns = max(columns, Self.labelColumns + 24)
  }

  var text: String {
    var parts: [String] = []
    if !model.configuration.abstract.isEmpty {
      parts.append(wrap("OVERVIEW: \(model.configuration.abstract)", columns: columns).joined(separator: "\n"))
    }
    if !model.configuration.discussion.isEmpty {
      parts.append(wrap(model.configuration.discussion, columns: columns).joined(separator: "\n"))
    }
    parts.append(usageLine(prefix: "USAGE: "))
    parts += argumentSections + subcommandSections
    if !model.visibleSubcommands.isEmpty, let program = model.path.first {
      let topic = (["help"] + model.path.dropFirst() + ["<subcommand>"]).joined(separator: " ")
      parts.append("  See '\(program) \(topic)' for detailed help.")
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// The usage, wrapped, with the lines after the first under its arguments.
  func usageLine(prefix: String) -> String {
    let name = model.path.joined(separator: " ")
    let indent = String(repeating: " ", count: min(prefix.count + name.count + 1, 24))
    let words = Self.usage(of: model)
    var lines = [prefix + name]
    for word in words {
      if lines[lines.count - 1].count + 1 + word.count > columns, lines[lines.count - 1].contains(" ") {
        lines.append(indent + word)
      } else {
        lines[lines.count - 1] += " " + word
      }
    }
    return lines.joined(separator: "\n")
  }

  /// The arguments of the usage line, one word group each; many options are summed up as `[<options>]`.
  static func usage(of model: CommandModel) -> [String] {
    let arguments = model.arguments.filter { !$0.help.isHidden }
    let options = arguments.filter { $0.kind != .positional }
    let isShort = options.count <= longestListedUsage
    let listed = options.filter { isShort || $0.isRequired }.map(usage(of:))
    return (isShort ? [] : ["[<options>]"]) + listed
      + arguments.filter { $0.kind == .positional }.map(usage(of:))
      + subcommandUsage(of: model)
  }

  private static func subcommandUsage(of model: CommandModel) -> [String] {
    guard !model.visibleSubcommands.isEmpty else { return [] }
    return [model.configuration.defaultSubcommand == nil ? "<subcommand>" : "[<subcommand>]"]
  }

  private static func usage(of argument: ArgumentDefinition) -> String {
    let text = argument.shownName + (argument.arity == .repeating ? " ..." : "")
    return argument.isRequired ? text : "[\(text)]"
  }

  private var argumentSections: [String] {
    let shown = model.shownArguments
    let positionals = shown.filter { $0.kind == .positional }
    let options = shown.filter { $0.kind != .positional }
    var titles: [String] = []
    for title in options.compactMap({ $0.section }) where !titles.contains(title) { titles.append(title) }
    var sections = [("ARGUMENTS", positionals)]
    sections += titles.map { title in (title.uppercased(), options.filter { $0.section == title }) }
    sections.append(("OPTIONS", options.filter { $0.section == nil }))
    return sections.filter { !$0.1.isEmpty }.map { title, arguments in
      section(title, arguments.map { (Self.label(of: $0), Self.explanation(of: $0), $0.help.discussion) })
    }
  }

  private var subcommandSections: [String] {
    let configuration = model.configuration
    let groups = [CommandGroup(name: "", subcommands: configuration.subcommands)] + configuration.groupedSubcommands
    return groups.compactMap { group in
      let rows = group.subcommands.filter { !$0.configuration.isHidden }.map { type in
        let isDefault = configuration.defaultSubcommand.map { ObjectIdentifier($0) == ObjectIdentifier(type) } ?? false
        let label = type.commandName + (isDefault ? " (default)" : "")
        return (label, type.configuration.abstract, "")
      }
      let title = group.name.isEmpty ? "SUBCOMMANDS" : "\(group.name.uppercased()) SUBCOMMANDS"
      return rows.isEmpty ? nil : section(title, rows)
    }
  }

  static func label(of argument: ArgumentDefinition) -> String {
    let names = argument.names.map { $0.description }.joined(separator: ", ")
    switch argument.kind {
    case .positional: return "<\(argument.valueName)>"
    case .flag: return names
    case .option: return "\(names) <\(argument.valueName)>"
    }
  }

  /// The abstract with the values allowed and the default behind it.
  static func explanation(of argument: ArgumentDefinition) -> String {
    var notes: [String] = []
    if !argument.allowedValues.isEmpty {
      notes.append("values: \(argument.allowedValues.joined(separator: ", "))")
    }
    if let value = argument.shownDefault { notes.append("default: \(value)") }
    let parts = [argument.help.abstract, notes.isEmpty ? "" : "(\(notes.joined(separator: "; ")))"]
    return parts.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private func section(_ title: String, _ rows: [(label: String, text: String, discussion: String)]) -> String {
    let lines = rows.flatMap { row -> [String] in
      let indent = String(repeating: " ", count: Self.labelColumns)
      let paragraphs = row.text + (row.discussion.isEmpty ? "" : "\n\(row.discussion)")
      var body = paragraphs.isEmpty ? [] : wrap(paragraphs, columns: columns - Self.labelColumns)
      var label = "  \(row.label)"
      if label.count < Self.labelColumns, !body.isEmpty {
        label += String(repeating: " ", count: Self.labelColumns - label.count) + body.removeFirst()
      }
      return [label] + body.map { $0.isEmpty ? "" : indent + $0 }
    }
    return (["\(title):"] + lines).joined(separator: "\n")
  }
}
