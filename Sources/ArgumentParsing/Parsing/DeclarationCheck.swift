/// The rules that a declaration of commands must keep, checked by one test rather than at every start.
package struct DeclarationCheck {
  /// What is wrong, one sentence each; empty when all is well.
  package let problems: [String]

  package init(_ root: any ParsableCommand.Type) {
    problems = Self.check(CommandModel(root))
  }

  private static func check(_ model: CommandModel) -> [String] {
    let title = "'\(model.path.joined(separator: " "))'"
    var problems: [String] = []
    if !model.configuration.abstract.hasSuffix(".") {
      problems.append("\(title) has no abstract that ends with a full stop.")
    }
    let names = model.arguments.flatMap { $0.names }
    for name in Set(names) where names.count(where: { $0 == name }) > 1 {
      problems.append("\(title) declares '\(name)' more than once.")
    }
    let positionals = model.arguments.filter { $0.kind == .positional }
    if positionals.dropLast().contains(where: { $0.arity == .repeating }) {
      problems.append("\(title) has a repeating argument that is not the last.")
    }
    if zip(positionals, positionals.dropFirst()).contains(where: { !$0.isRequired && $1.isRequired }) {
      problems.append("\(title) has a required argument after an optional one.")
    }
    for argument in model.arguments where !argument.help.abstract.hasSuffix(".") {
      problems.append("\(title): the help of '\(argument.shownName)' does not end with a full stop.")
    }
    for property in model.type.undeclaredProperties {
      problems.append("\(title): the property '\(property)' is no argument.")
    }
    if !model.subcommands.isEmpty, !positionals.isEmpty {
      problems.append("\(title) has both subcommands and positional arguments.")
    }
    let subcommands = model.subcommands.map { $0.name }
    for name in Set(subcommands) where subcommands.count(where: { $0 == name }) > 1 {
      problems.append("\(title) has more than one subcommand '\(name)'.")
    }
    if let type = model.configuration.defaultSubcommand,
      !model.configuration.allSubcommands.contains(where: { ObjectIdentifier($0) == ObjectIdentifier(type) })
    {
      problems.append("\(title) has a default subcommand that is not among its subcommands.")
    }
    return problems.sorted() + model.subcommands.flatMap { check($0) }
  }
}
