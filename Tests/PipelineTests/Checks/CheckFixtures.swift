@unsafe @preconcurrency import Glibc
import Pipeline
import Testing

/// What the tests of checks share: the environment of this machine, and whether bubblewrap works on it.
enum CheckFixtures {
  static let environment: [String: String] = {
    var variables: [String: String] = [:]
    for name in ["HOME", "PATH", "PYENV_ROOT", "CARGO_HOME", "RUSTUP_HOME"] {
      if let value = unsafe getenv(name) { variables[name] = unsafe String(cString: value) }
    }
    return variables
  }()

  /// A sandbox that shuts in, or nil where this machine has none.
  static func sandbox() async throws -> Sandbox? {
    let sandbox = try await Sandbox.probe(.auto, environment: environment)
    return sandbox.isActive ? sandbox : nil
  }

  static func has(_ tool: String) -> Bool {
    ExecutableSearch.find(tool, path: environment["PATH"], directory: "/") != nil
  }
}
