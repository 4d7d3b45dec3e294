import CSystem
@unsafe @preconcurrency import Glibc

/// What keeps a check from the network, from files that are not the project's, and from outliving its run.
///
/// With bubblewrap the whole file system is read-only but for the project; homes, sockets and temporary files are
/// covered by empty folders; processes and network are of a namespace of their own.
package struct Sandbox: Sendable {
  /// Why checks run in the open, as one line for the user; absent where they are shut in, or are not meant to be.
  package let notice: String?

  /// Whether checks are shut in.
  package var isActive: Bool { bubblewrap != nil }

  private let bubblewrap: String?

  /// The sandbox that shuts nothing in.
  package static let off = Sandbox(notice: nil, bubblewrap: nil)

  /// What one command in the sandbox may see and change.
  struct Request {
    var project: String
    /// The folder the command works on: the project or a copy of it.
    var root: String
    /// The folder as which the command sees `root`.
    var place: String
    var cache: String
    /// The user's own `HOME`.
    var home: String?
    var directory: String
    var path: String
    var allowsNetwork: Bool

    /// The path by which the command sees a path in `root`.
    fileprivate func seen(_ path: String) -> String {
      RealPath.isInside(path, root) ? place + path.dropFirst(root.count) : path
    }
  }

  /// Finds out, by running one command, whether bubblewrap works here.
  ///
  /// Throws `SandboxError` if the mode is `require` and it does not.
  package static func probe(_ mode: SandboxMode, environment: [String: String]) async throws -> Sandbox {
    guard mode != .off else { return .off }
    let reason: String
    if let program = ExecutableSearch.find("bwrap", path: environment["PATH"], directory: "/") {
      let active = Sandbox(notice: nil, bubblewrap: program)
      guard let trouble = try await active.trouble(environment: environment) else { return active }
      reason = "bubblewrap cannot run here (\(trouble))"
    } else {
      reason = "bubblewrap is not installed ('apt-get install bubblewrap')"
    }
    if mode == .require {
      let advice = "Make it work, or set 'sandbox' to 'auto' to let checks run in the open."
      throw SandboxError("The sandbox is required, but \(reason). \(advice)")
    }
    return Sandbox(notice: "Checks run without a sandbox: \(reason).", bubblewrap: nil)
  }

  private func trouble(environment: [String: String]) async throws -> String? {
    let request = Request(
      project: "/usr",
      root: "/usr",
      place: "/usr",
      cache: "/usr",
      home: environment["HOME"],
      directory: "/",
      path: "",
      allowsNetwork: false
    )
    let command = wrap(["/bin/true"], executable: "/bin/true", request)
    let result = try await ProcessRunner().run(
      ProcessRequest(
        arguments: command,
        directory: "/",
        environment: [:],
        timeLimit: .seconds(10),
        outputLimit: 1000,
        mergesStandardError: true
      )
    )
    guard result.termination != .exited(0) else { return nil }
    let line = result.output.text.split(separator: "\n").first.map(String.init)
    return line ?? (result.timedOut ? "no answer in 10 seconds" : "it ended without a word")
  }

  /// The value of `HOME` inside.
  static func privateHome(_ home: String?, project: String) -> String {
    guard let home, home.hasPrefix("/"), home != "/", FileKind.of(home) == .folder,
      !RealPath.isInside(home, project)
    else { return "/tmp/home" }
    return home
  }

  /// The words that run `executable` inside, with all but the first of `arguments`; the same words where nothing is shut
  /// in.
  func wrap(_ arguments: [String], executable: String, _ request: Request) -> [String] {
    guard let bubblewrap else { return arguments }
    var words = [bubblewrap, "--unshare-all"]
    if request.allowsNetwork { words.append("--share-net") }
    words += ["--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    // Root without this capability could not write the files of a project that is another user's.
    if geteuid() == 0, Self.owner(of: request.project) != 0 { words += ["--cap-add", "CAP_DAC_OVERRIDE"] }
    words += ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]

    let home = Self.privateHome(request.home, project: request.project)
    let hidden = ["/tmp", "/var/tmp", "/run", "/home", "/root"].filter { FileKind.ofEntry($0) == .folder }
    let covered = hidden.contains { RealPath.isInside(home, $0) } ? hidden : hidden + [home]
    for folder in covered { words += ["--size", "2147483648", "--tmpfs", folder] }
    words += ["--dir", home]
    let toolchains = ToolchainFolders(home: request.home, hidden: covered, project: request.project)
    for folder in toolchains.needed(path: request.path, executable: executable) {
      words += ["--ro-bind", folder, folder]
    }
    if request.allowsNetwork, let resolver = RealPath.of("/etc/resolv.conf"), RealPath.isInside(resolver, "/run") {
      words += ["--ro-bind", resolver, resolver]
    }
    words += mounts(request)
    return words + ["--chdir", request.seen(request.directory), "--"]
      + [request.seen(executable)] + arguments.dropFirst()
  }

  private func mounts(_ request: Request) -> [String] {
    let place = request.seen(request.root)
    var words = ["--bind", request.root, place]
    if FileKind.ofEntry("\(request.project)/.autonomy") == .folder { words += ["--tmpfs", "\(place)/.autonomy"] }
    // A copy or worktree is without the repository, which it is made from and may ask.
    if let repository = [request.project, request.place].map({ "\($0)/.git" }).first(where: Self.isRepository) {
      words += ["--ro-bind", repository, "\(place)/.git"]
    }
    return words + ["--bind", request.cache, request.cache]
  }

  /// Whether something is there that is more than what an earlier mount left.
  private static func isRepository(_ path: String) -> Bool {
    switch FileKind.ofEntry(path) {
    case nil: false
    case .folder: FileBytes.names(in: path)?.isEmpty == false
    case .file: FileBytes.read(path, limit: 1)?.isEmpty == false
    case .link, .other: true
    }
  }

  private static func owner(of path: String) -> uid_t? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status.st_uid : nil
  }
}
