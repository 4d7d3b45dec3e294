import ArgumentParsing
import JSON

/// Writes what makes a shell complete the program's words.
struct Completions: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the completion script of a shell.",
    discussion: """
      For bash: 'autonomy completions bash > ~/.local/share/bash-completion/completions/autonomy'. For zsh: write it to \
      '_autonomy' in a folder of $fpath. For fish: '~/.config/fish/completions/autonomy.fish'.
      """
  )

  @Argument(help: "The shell.") var shell: CompletionShell
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let script = Autonomy.completionScript(for: shell)
    if wantsJSON {
      console.emitResult(["shell": .string(shell.rawValue), "script": .string(script)])
    } else {
      console.output.write(script)
    }
  }
}
