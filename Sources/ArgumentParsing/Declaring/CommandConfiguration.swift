/// What a command is called, what its help says, and which subcommands it has.
package struct CommandConfiguration: Sendable {
  package var commandName: String?
  package var abstract: String
  package var discussion: String
  package var version: String
  package var isHidden: Bool
  package var subcommands: [any ParsableCommand.Type]
  package var groupedSubcommands: [CommandGroup]
  package var defaultSubcommand: (any ParsableCommand.Type)?

  package init(
    commandName: String? = nil,
    abstract: String = "",
    discussion: String = "",
    version: String = "",
    isHidden: Bool = false,
    subcommands: [any ParsableCommand.Type] = [],
    groupedSubcommands: [CommandGroup] = [],
    defaultSubcommand: (any ParsableCommand.Type)? = nil
  ) {
    self.commandName = commandName
    self.abstract = abstract
    self.discussion = discussion
    self.version = version
    self.isHidden = isHidden
    self.subcommands = subcommands
    self.groupedSubcommands = groupedSubcommands
    self.defaultSubcommand = defaultSubcommand
  }

  /// The subcommands of every group, those without a group first.
  var allSubcommands: [any ParsableCommand.Type] {
    subcommands + groupedSubcommands.flatMap { $0.subcommands }
  }
}

/// A titled part of a command's list of subcommands.
package struct CommandGroup: Sendable {
  package var name: String
  package var subcommands: [any ParsableCommand.Type]

  package init(name: String, subcommands: [any ParsableCommand.Type]) {
    self.name = name
    self.subcommands = subcommands
  }
}
