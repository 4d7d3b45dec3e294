@unsafe @preconcurrency import Glibc
import Pipeline
import TestSupport
import Testing

@Suite(.whereChecksAreShutIn)
struct SandboxTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
  }

  private func result(of script: String, seenAs place: String? = nil, network: Bool = false) async throws -> CheckResult
  {
    let runner = CheckRunner(
      project: folder.path,
      seenAs: place,
      sandbox: try #require(try await CheckFixtures.sandbox()),
      environment: CheckFixtures.environment,
      allowsNetwork: network,
      timeLimit: .seconds(20)
    )
    return try await runner.run(CheckDefinition(name: "c", arguments: ["sh", "-c", script]))
  }

  @Test func letsTheProjectBeWritten() async throws {
    #expect(try await result(of: "echo text >written && cat written").output == "text\n")
    #expect(folder.text(of: "written") == "text\n")
  }

  @Test(arguments: ["/etc", "/usr", "/var/lib", "/opt"]) func keepsTheRestFromBeingWritten(path: String) async throws {
    let result = try await result(of: "touch \(path)/autonomy-test")
    #expect(result.status == .failed)
    #expect(result.output.contains("Read-only file system") || result.output.contains("Permission denied"))
  }

  @Test(arguments: [".git/HEAD", ".git"]) func showsOneFolderInThePlaceOfAnother(repository: String) async throws {
    let place = try TemporaryDirectory()
    try place.write("real", to: "file")
    try place.write("ref: refs/heads/main", to: repository)
    try folder.write("worktree", to: "file")
    let script = "pwd; cat file; echo; ls; cat \(repository); echo; echo x >new; echo x >\(repository)"
    // What an earlier mount left is no repository.
    for _ in 1...2 {
      let result = try await result(of: script, seenAs: place.path)
      #expect(result.output.hasPrefix("\(place.path)\nworktree\nfile\nref: refs/heads/main\n"))
      #expect(result.output.contains("Read-only file system"))
      #expect(folder.text(of: "new") == "x\n")
      TemporaryDirectory.remove("\(folder.path)/new")
    }
    #expect(place.text(of: "new") == nil && place.text(of: repository) == "ref: refs/heads/main")
  }

  @Test func hidesOurState() async throws {
    try folder.write("secret", to: ".autonomy/state.db")
    let result = try await result(of: "ls -A .autonomy; echo mine >.autonomy/state.db")
    #expect(result.output == "cache\n")
    #expect(folder.text(of: ".autonomy/state.db") == "secret")
  }

  @Test func keepsTheRepositoryFromBeingWritten() async throws {
    try folder.write("ref: refs/heads/main", to: ".git/HEAD")
    let result = try await result(of: "cat .git/HEAD; echo x >.git/HEAD")
    #expect(result.status == .failed)
    #expect(folder.text(of: ".git/HEAD") == "ref: refs/heads/main")
  }

  @Test(arguments: ["/run", "/var/run", "/var/tmp", "/home"]) func showsAnEmptyFolderInsteadOf(
    path: String
  ) async throws {
    #expect(try await result(of: "ls -A \(path)").output == "")
  }

  @Test func showsOnlyTheProjectInTheFolderForTemporaryFiles() async throws {
    let other = try TemporaryDirectory()
    try other.write("secret", to: "key")
    let result = try await result(of: "cat \(other.path)/key; ls -I home /tmp | wc -l")
    #expect(!result.output.contains("secret"))
    #expect(result.output.hasSuffix("\n1\n"))
  }

  @Test func hidesWhatIsInTheHomeOfTheUser() async throws {
    let home = try TemporaryDirectory()
    try home.write("secret", to: ".ssh/id_ed25519")
    try home.write("#!/bin/sh\necho tool", to: ".tools/bin/tool", mode: 0o755)
    var environment = CheckFixtures.environment
    environment["HOME"] = home.path
    environment["PATH"] = home.path + "/.tools/bin:/usr/bin:/bin"
    let sandbox = try await Sandbox.probe(.require, environment: environment)
    let runner = CheckRunner(project: folder.path, sandbox: sandbox, environment: environment)
    let script = "echo $HOME; ls -A $HOME; tool; touch $HOME/new && echo written"
    let result = try await runner.run(CheckDefinition(name: "c", arguments: ["sh", "-c", script]))
    #expect(result.output == "\(home.path)\n.tools\ntool\nwritten\n")
    #expect(home.text(of: "new") == nil)
  }

  @Test func hasNoNetwork() async throws {
    let result = try await result(of: "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '")
    #expect(result.output == "lo\n")
  }

  @Test func hasTheNetworkWhereItIsAllowed() async throws {
    let ours = try await ProcessRunner().run(
      ProcessRequest(arguments: ["/bin/readlink", "/proc/self/ns/net"], directory: "/", environment: [:])
    )
    let theirs = try await result(of: "readlink /proc/self/ns/net", network: true)
    #expect(theirs.output == ours.output.text)
  }

  @Test func seesOnlyItsOwnProcesses() async throws {
    let count = try await result(of: "set -- /proc/[0-9]*; echo $#").output
    #expect(["2\n", "3\n"].contains(count))
  }

  @Test func leavesNoProcessBehind() async throws {
    let mark = "5\(getpid())\(UInt32.random(in: 1000...9999))"
    _ = try await result(of: "env -i setsid -f sleep \(mark)")
    let found = try await ProcessRunner().run(
      ProcessRequest(
        arguments: ["pgrep", "-f", "sleep \(mark)"],
        directory: "/",
        environment: ["PATH": "/usr/bin:/bin"]
      )
    )
    #expect(found.output.text == "")
  }

  @Test func passesTheExitStatusOn() async throws {
    #expect(try await result(of: "exit 7").exitCode == 7)
  }

  @Test func isRefusedWhereItIsRequiredAndMissing() async throws {
    let error = await #expect(throws: SandboxError.self) {
      try await Sandbox.probe(.require, environment: ["PATH": "/nowhere"])
    }
    #expect(error?.message.hasPrefix("The sandbox is required, but bubblewrap is not installed") == true)
  }

  @Test func saysSoInOneLineWhereItIsMissing() async throws {
    let sandbox = try await Sandbox.probe(.auto, environment: ["PATH": "/nowhere"])
    #expect(!sandbox.isActive)
    #expect(
      sandbox.notice == "Checks run without a sandbox: bubblewrap is not installed ('apt-get install bubblewrap')."
    )
  }

  @Test func saysWhyWhereItCannotRun() async throws {
    let script = "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2; exit 1"
    try folder.write(script, to: "bwrap", mode: 0o755)
    let sandbox = try await Sandbox.probe(.auto, environment: ["PATH": folder.path])
    let reason = "bubblewrap cannot run here (bwrap: No permissions to create new namespace)"
    #expect(sandbox.notice == "Checks run without a sandbox: \(reason).")
  }

  @Test func saysNothingWhereItIsOff() async throws {
    let sandbox = try await Sandbox.probe(.off, environment: CheckFixtures.environment)
    #expect(!sandbox.isActive)
    #expect(sandbox.notice == nil)
  }
}
