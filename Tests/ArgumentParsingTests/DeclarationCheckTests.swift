import ArgumentParsing
import Testing

@Suite struct DeclarationCheckTests {
  struct Bad: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "bad",
      subcommands: [Child.self, Child.self],
      defaultSubcommand: Run.self
    )

    @Argument(help: "The first.") var first: [String]
    @Argument(help: "No full stop") var second: String
    @Option(name: .shortAndLong, help: "A name.") var name: String?
    @Flag(name: .short, help: "Another with its letter.") var noise = false
    var forgotten = 3
    @OptionGroup var group: Group
  }

  struct Group: ParsableArguments {
    var overlooked = true
  }

  struct Child: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "child", abstract: "Is fine.")
  }

  @Test func acceptsASoundDeclaration() {
    #expect(DeclarationCheck(Tool.self).problems.isEmpty)
  }

  @Test func namesEveryProblem() {
    #expect(
      DeclarationCheck(Bad.self).problems == [
        "'bad' declares '-n' more than once.",
        "'bad' has a default subcommand that is not among its subcommands.",
        "'bad' has a repeating argument that is not the last.",
        "'bad' has both subcommands and positional arguments.",
        "'bad' has more than one subcommand 'child'.",
        "'bad' has no abstract that ends with a full stop.",
        "'bad': the help of '<second>' does not end with a full stop.",
        "'bad': the property 'forgotten' is no argument.",
        "'bad': the property 'overlooked' is no argument.",
      ]
    )
  }
}
