extension ParsableCommand {
  /// The reference of every command that help lists, as Markdown with headings from `headingLevel` on.
  package static func commandReference(headingLevel: Int = 3) -> String {
    let heading = String(repeating: "#", count: headingLevel)
    return sections(of: CommandModel(Self.self), heading: heading).joined(separator: "\n\n") + "\n"
  }

  private static func sections(of model: CommandModel, heading: String) -> [String] {
    let name = model.path.joined(separator: " ")
    var parts = ["\(heading) `\(name)`"]
    if !model.configuration.abstract.isEmpty { parts.append(model.configuration.abstract) }
    if !model.configuration.discussion.isEmpty { parts.append(model.configuration.discussion) }
    parts.append("    " + ([name] + HelpText.usage(of: model)).joined(separator: " "))
    let rows = model.shownArguments.filter { !$0.names.contains(.long("help")) }.map { argument in
      let note = argument.help.discussion.isEmpty ? "" : " \(argument.help.discussion)"
      let text = HelpText.explanation(of: argument) + note
      return "- `\(HelpText.label(of: argument))`" + (text.isEmpty ? "" : ": \(text)")
    }
    if !rows.isEmpty { parts.append(rows.joined(separator: "\n")) }
    return parts + model.visibleSubcommands.flatMap { sections(of: $0, heading: heading) }
  }
}
