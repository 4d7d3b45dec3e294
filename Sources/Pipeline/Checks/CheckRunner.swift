/// Runs the checks of one project, shut in where the machine can.
package struct CheckRunner: CheckRunning {
  /// The project, as an absolute path without symbolic links.
  package let project: String
  package let sandbox: Sandbox
  package let allowsNetwork: Bool
  package let timeLimit: Duration
  package let outputLimit: Int

  /// The folder as which checks in a sandbox see the project; absent where that is the project's own.
  private let place: String?
  private let environment: [String: String]
  private let configured: [CheckDefinition]?
  private let catalog: CheckCatalog

  /// Takes `environment`, what this program was started with, of which checks get only a few variables; and the
  /// `configured` checks of `autonomy.json`; only without a list, be it empty, checks are looked for.
  package init(
    project: String,
    seenAs place: String? = nil,
    sandbox: Sandbox,
    environment: [String: String],
    configured: [CheckDefinition]? = nil,
    allowsNetwork: Bool = false,
    timeLimit: Duration = .seconds(600),
    outputLimit: Int = 1 << 20
  ) {
    self.project = RealPath.of(project) ?? project
    self.place = place.flatMap(RealPath.of)
    self.sandbox = sandbox
    self.environment = environment
    self.configured = configured
    self.allowsNetwork = allowsNetwork
    self.timeLimit = timeLimit
    self.outputLimit = outputLimit
    catalog = CheckCatalog()
  }

  package func discover(in root: String? = nil) async throws -> [CheckDefinition] {
    if let configured { return configured }
    let root = root.flatMap(RealPath.of) ?? project
    return try await catalog.discover(in: root, isCopy: root != project) { interpreter in
      let program = "import importlib.util, sys; sys.exit(0 if importlib.util.find_spec('pytest') else 1)"
      let command = [interpreter, "-c", program]
      let result = try await execute(command, in: "/", root: root, timeLimit: .seconds(30))
      return result?.termination == .exited(0)
    }
  }

  package func run(_ check: CheckDefinition, in root: String? = nil) async throws -> CheckResult {
    let root = root.flatMap(RealPath.of) ?? project
    let directory = check.directory.isEmpty ? root : "\(root)/\(check.directory)"
    guard FileKind.of(directory) == .folder else {
      return CheckResult(name: check.name, status: .absent, note: "Its folder '\(check.directory)' does not exist.")
    }
    if let reason = reasonAgainst(check, in: root) {
      return CheckResult(name: check.name, status: .absent, note: reason)
    }
    let limit = check.timeLimit ?? timeLimit
    guard let result = try await execute(check.arguments, in: directory, root: root, timeLimit: limit) else {
      let tool = check.arguments.first ?? ""
      return CheckResult(name: check.name, status: .absent, note: "'\(tool)' is not installed or not in PATH.")
    }
    let verdict = CheckVerdict(check, result, timeLimit: limit)
    return CheckResult(
      name: check.name,
      status: verdict.status,
      exitCode: result.timedOut ? nil : result.exitCode,
      testsRun: verdict.testsRun,
      output: result.output.text,
      isTruncated: result.output.isTruncated,
      duration: result.duration,
      note: verdict.note
    )
  }

  /// Why a check would prove nothing in a copy without a sandbox, where nothing keeps Cargo from taking the settings of
  /// all folders above together.
  private func reasonAgainst(_ check: CheckDefinition, in root: String) -> String? {
    guard check.convention == .cargo, root != project, !sandbox.isActive else { return nil }
    for file in [".cargo/config.toml", ".cargo/config"] {
      if let settings = FileBytes.read("\(project)/\(file)"), settings != FileBytes.read("\(root)/\(file)") {
        return "Without a sandbox Cargo would use the project's '\(file)' in a copy too."
      }
    }
    return nil
  }

  /// Runs a command on the project or a copy of it; nil if its executable does not exist.
  private func execute(
    _ arguments: [String],
    in directory: String,
    root: String,
    timeLimit: Duration
  ) async throws -> ProcessResult? {
    // Timestamps of a copy may be older than what was built from another version: it never shares a cache.
    let cache = root == project ? "\(project)/.autonomy/cache" : ScratchCopy.cache(of: root)
    let home = sandbox.isActive ? Sandbox.privateHome(environment["HOME"], project: project) : "\(cache)/home"
    try RealPath.makeFolders(sandbox.isActive ? cache : home, mode: 0o700)
    let variables = CheckEnvironment(
      inherited: environment,
      cache: cache,
      home: home,
      temporary: sandbox.isActive ? "/tmp" : nil,
      // A project inside another one must not be taken for a part of that one's repository.
      ceiling: place != nil && !sandbox.isActive ? RealPath.parent(of: root) : nil,
      openCopy: root != project && !sandbox.isActive ? root : nil,
      allowsNetwork: allowsNetwork
    ).variables()
    guard
      let name = arguments.first,
      let executable = ExecutableSearch.find(name, path: variables["PATH"], directory: directory)
    else { return nil }
    let command = [executable] + arguments.dropFirst()
    let request = ProcessRequest(
      arguments: sandbox.wrap(
        command,
        executable: executable,
        Sandbox.Request(
          project: project,
          root: root,
          // A copy too takes the project's place, or tools that look upwards would find the project's own files.
          place: place ?? project,
          cache: cache,
          home: environment["HOME"],
          directory: directory,
          path: variables["PATH"] ?? "",
          allowsNetwork: allowsNetwork
        )
      ),
      directory: directory,
      environment: variables,
      timeLimit: timeLimit,
      outputLimit: outputLimit,
      mergesStandardError: true
    )
    let result = try await ProcessRunner().run(request)
    if sandbox.isActive, result.termination == .exited(1), result.output.head.starts(with: "bwrap: ".utf8) {
      let line = result.output.text.split(separator: "\n").first ?? ""
      throw SandboxError("The sandbox could not start '\(name)' (\(line)). Run 'autonomy doctor' to see what is wrong.")
    }
    return result
  }
}
