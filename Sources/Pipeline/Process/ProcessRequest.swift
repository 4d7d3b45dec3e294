/// A command to run as a child process.
package struct ProcessRequest: Hashable, Sendable {
  /// The argument vector; the first word is looked up in the `PATH` of `environment` unless it holds a slash.
  package var arguments: [String]

  /// The folder to run in, as an absolute path.
  package var directory: String

  /// All that the child sees; nothing is inherited.
  package var environment: [String: String]

  /// After this the whole tree of processes is killed; without one only cancellation ends it.
  package var timeLimit: Duration?

  /// With more processes than this at once the whole tree is killed: so many are a mistake that would stop the machine.
  package var processLimit: Int

  /// How many bytes of each captured stream are kept: half from its head and half from its tail.
  package var outputLimit: Int

  /// Whether standard error goes into `ProcessResult.output`, in the order of writing.
  package var mergesStandardError: Bool

  package init(
    arguments: [String],
    directory: String,
    environment: [String: String],
    timeLimit: Duration? = nil,
    processLimit: Int = 4096,
    outputLimit: Int = 1 << 20,
    mergesStandardError: Bool = false
  ) {
    self.arguments = arguments
    self.directory = directory
    self.environment = environment
    self.timeLimit = timeLimit
    self.processLimit = processLimit
    self.outputLimit = outputLimit
    self.mergesStandardError = mergesStandardError
  }
}
