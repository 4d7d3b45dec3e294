import JSON
import TestSupport

@testable import autonomy

/// What a command wrote and ended with, run in the test's own process.
struct Invocation {
  let output: String
  let errors: String
  let exitCode: Int32

  /// Runs the command in `folder`, on plain output unless a terminal is given.
  init(
    _ words: String...,
    in folder: String,
    environment: [String: String] = [:],
    terminal: Terminal = .plain,
    input: String = ""
  ) async {
    await self.init(words: words, in: folder, environment: environment, terminal: terminal, input: input)
  }

  init(
    words: [String],
    in folder: String,
    environment: [String: String] = [:],
    terminal: Terminal = .plain,
    input: String = ""
  ) async {
    let output = BufferOutput(terminal)
    let errors = BufferOutput(terminal)
    var environment = environment
    // Whatever the one who runs the tests has configured has no part in them.
    if environment["HOME"] == nil { environment["HOME"] = "\(folder)/no-home" }
    if environment["PATH"] == nil { environment["PATH"] = "/usr/bin:/bin" }
    let console = Console(
      environment: environment,
      directory: folder,
      output: output,
      errors: errors,
      input: .bytes(Array(input.utf8))
    )
    exitCode = await Autonomy.execute(words, on: console)
    self.output = output.text
    self.errors = errors.text
  }

  /// The lines of standard output as JSON.
  var lines: [JSONValue] {
    get throws { try output.split(separator: "\n").map { try JSONValue(parsing: String($0)) } }
  }

  /// The last line as JSON.
  var result: JSONValue {
    get throws { try lines.last ?? .null }
  }
}
