/// Where a value of the configuration came from.
package enum ConfigurationOrigin: Hashable, Sendable, CustomStringConvertible {
  case standard
  case user(file: String, line: Int)
  case project(file: String, line: Int)
  /// The file that 'router.config' names.
  case router(file: String, line: Int)
  case environment(String)
  /// The option as the user typed it, `-c` or `--budget-calls`.
  case flag(String)

  package var description: String {
    switch self {
    case .standard: "default"
    case .user(let file, let line), .project(let file, let line), .router(let file, let line): "\(file):\(line)"
    case .environment(let name): name
    case .flag(let option): option
    }
  }
}

/// A value of the configuration given on the command line.
package struct ConfigurationOverride: Hashable, Sendable {
  package var option: String
  package var key: String
  package var value: String

  package init(option: String, key: String, value: String) {
    self.option = option
    self.key = key
    self.value = value
  }

  /// Reads the argument of `-c`, or throws what to write instead.
  package init(_ text: String) throws(ConfigurationError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let key = parts.first, !key.isEmpty else {
      throw ConfigurationError(["The value '\(text)' of '-c' has no key and value. Write '-c limits.run_time=2h'."])
    }
    self.init(option: "-c", key: String(key), value: String(parts[1]))
  }
}
