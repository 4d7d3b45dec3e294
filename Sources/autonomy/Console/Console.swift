@unsafe @preconcurrency import Glibc
import JSON
import Pipeline

/// What a command sees of the world: where it stands, its environment, and where its words go.
struct Console: Sendable {
  let environment: [String: String]
  /// The folder that the program was started in.
  let directory: String
  /// For results.
  let output: any TextOutput
  /// For progress and complaints.
  let errors: any TextOutput
  /// What is piped into the program.
  let input: ByteInput
  /// Somebody who can be asked; nil without a terminal.
  let reader: LineReader?
  let signals: SignalWatcher
  private let mask: SecretMask

  init(
    environment: [String: String],
    directory: String,
    output: any TextOutput,
    errors: any TextOutput,
    input: ByteInput = .bytes([]),
    reader: LineReader? = nil,
    signals: SignalWatcher = SignalWatcher()
  ) {
    self.environment = environment
    self.directory = directory
    self.output = output
    self.errors = errors
    self.input = input
    self.reader = reader
    self.signals = signals
    mask = SecretMask(environment: environment)
  }

  /// The console of the process.
  static func ofProcess() -> Console {
    let environment = ProcessEnvironment.variables()
    let errors = DescriptorOutput(STDERR_FILENO, environment: environment)
    let canAsk = errors.terminal.isLive && isatty(STDIN_FILENO) == 1
    return Console(
      environment: environment,
      directory: ProcessEnvironment.directory(),
      output: DescriptorOutput(STDOUT_FILENO, environment: environment),
      errors: errors,
      input: .descriptor(STDIN_FILENO),
      reader: canAsk ? LineReader(descriptor: STDIN_FILENO) : nil
    )
  }

  /// How results look.
  var style: TextStyle { TextStyle(output.terminal) }

  /// Writes a line of a result.
  func print(_ line: String = "") {
    output.write(mask.mask(line) + "\n")
  }

  /// Writes lines that break between words.
  func printWrapped(_ text: String, indent: Int = 0, isOurs: Bool = false) {
    let columns = output.terminal.columns
    for line in DisplayWidth.wrapped(text, columns: columns, indent: indent, isOurs: isOurs) { print(line) }
  }

  func print(_ table: TextTable) {
    for line in table.lines(on: output.terminal) { print(line) }
  }

  /// Writes a line of progress or a complaint.
  func note(_ line: String) {
    errors.write(mask.mask(line) + "\n")
  }

  /// Writes progress or a complaint of ours in lines as wide as the terminal, broken between words.
  func noteWrapped(_ text: String, indent: Int = 0) {
    let columns = errors.terminal.columns
    for line in DisplayWidth.wrapped(text, columns: columns, indent: indent, isOurs: true) { note(line) }
  }

  /// Writes a line of JSON.
  func emit(_ value: JSONValue) {
    print(value.text())
  }

  /// Writes the line of JSON that is the last of every command, with `members` after its type.
  func emitResult(_ members: JSONObject, exitCode: Int32 = 0) {
    var object: JSONObject = ["type": "result"]
    for (key, value) in members { object[key] = value }
    object["exit_code"] = .integer(Int(exitCode))
    emit(.object(object))
  }

  func masked(_ text: String) -> String { mask.mask(text) }

  /// The absolute path of something that the user named.
  func path(_ name: String) -> String {
    if name.hasPrefix("/") { return name }
    return name == "." || name.isEmpty ? directory : directory == "/" ? "/\(name)" : "\(directory)/\(name)"
  }
}
