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

  static func hasPytest() async throws -> Bool {
    guard has("python3") else { return false }
    let request = ProcessRequest(
      arguments: ["/usr/bin/env", "python3", "-c", "import pytest"],
      directory: "/",
      environment: environment
    )
    return try await ProcessRunner().run(request).termination == .exited(0)
  }

  /// The folder of exercises, if there is one on this machine.
  static let exercises = unsafe getenv("AUTONOMY_EXERCISES").map { unsafe String(cString: $0) }

  static func has(_ tool: String) -> Bool {
    ExecutableSearch.find(tool, path: environment["PATH"], directory: "/") != nil
  }

  static func names(in folder: String) -> [String] {
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
        unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix("."), name != "README.md" { names.append(name) }
    }
    return names.sorted()
  }

  static func text(of path: String) -> String? {
    guard let file = unsafe fopen(path, "r") else { return nil }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = unsafe getc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
