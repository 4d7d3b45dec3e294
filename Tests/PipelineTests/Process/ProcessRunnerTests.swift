@unsafe @preconcurrency import Glibc
import Pipeline
import TestSupport
import Testing

@Suite struct ProcessRunnerTests {
  private let runner = ProcessRunner()

  private func shell(
    _ script: String,
    in directory: String = "/",
    limit: Duration? = .seconds(20),
    outputLimit: Int = 1 << 20,
    merged: Bool = false
  ) -> ProcessRequest {
    ProcessRequest(
      arguments: ["sh", "-c", script],
      directory: directory,
      environment: ["PATH": "/usr/bin:/bin"],
      timeLimit: limit,
      outputLimit: outputLimit,
      mergesStandardError: merged
    )
  }

  @Test func givesTheExitStatusAndBothStreams() async throws {
    let result = try await runner.run(shell("echo out; echo err >&2; exit 7"))
    #expect(result.termination == .exited(7))
    #expect(result.output.text == "out\n")
    #expect(result.standardError.text == "err\n")
    #expect(!result.timedOut)
  }

  @Test func keepsTheOrderOfMergedStreams() async throws {
    let result = try await runner.run(shell("echo 1; echo 2 >&2; echo 3", merged: true))
    #expect(result.output.text == "1\n2\n3\n")
    #expect(result.standardError == CapturedOutput())
  }

  @Test func givesTheSignalThatEndedIt() async throws {
    let result = try await runner.run(shell("kill -9 $$"))
    #expect(result.termination == .signalled(9))
    #expect(result.exitCode == nil)
  }

  @Test func passesOnlyTheEnvironmentGiven() async throws {
    var request = shell("")
    request.arguments = ["env"]
    request.environment["ONLY"] = "this"
    let lines = try await runner.run(request).output.text.split(separator: "\n")
    #expect(Set(lines.filter { !$0.hasPrefix("AUTONOMY_PROCESS_TREE=") }) == ["PATH=/usr/bin:/bin", "ONLY=this"])
  }

  @Test func givesNoInputAndNoOtherDescriptors() async throws {
    let result = try await runner.run(shell("cat; exec ls /proc/self/fd"))
    // The last one is the folder that `ls` itself reads.
    #expect(result.output.text == "0\n1\n2\n3\n")
  }

  @Test func waitsAMomentForAnExecutableThatIsStillBeingWritten() async throws {
    let folder = try TemporaryDirectory()
    try folder.write("#!/bin/sh\necho ran", to: "tool", mode: 0o755)
    var request = shell("")
    request.arguments = ["\(folder.path)/tool"]
    let writer = unsafe open("\(folder.path)/tool", O_WRONLY | O_CLOEXEC)
    let busy = await #expect(throws: ProcessError.self) { try await runner.run(request) }
    #expect(busy?.message.contains("another program has it open for writing") == true)
    async let result = runner.run(request)
    try await Task.sleep(for: .milliseconds(30))
    close(writer)
    #expect(try await result.output.text == "ran\n")
  }

  @Test func leadsASessionOfItsOwnWithoutATerminal() async throws {
    let result = try await runner.run(
      // The sixth field of the status is the session; the second, the name, has no space here.
      shell("cut -d ' ' -f 6 /proc/$$/stat; echo $$; (: </dev/tty) 2>&1 | grep -c 'No such device'")
    )
    let lines = result.output.text.split(separator: "\n")
    #expect(lines.count == 3 && lines[0] == lines[1] && lines[2] == "1")
  }

  @Test func runsInTheFolderGiven() async throws {
    let folder = try TemporaryDirectory()
    let result = try await runner.run(shell("pwd -P", in: folder.path))
    #expect(result.output.text == folder.path + "\n")
  }

  @Test func resetsIgnoredSignals() async throws {
    signal(SIGUSR2, SIG_IGN)
    defer { signal(SIGUSR2, SIG_DFL) }
    let result = try await runner.run(shell("kill -USR2 $$; echo alive"))
    #expect(result.termination == .signalled(12))
  }

  @Test func refusesAMissingBinaryAtOnce() async throws {
    var request = shell("")
    request.arguments = ["no-such-tool"]
    let error = await #expect(throws: ProcessError.self) { try await runner.run(request) }
    #expect(error?.code == .notFound)
    #expect(error?.message == "'no-such-tool' was not found. Install it, or add its folder to PATH.")
  }

  @Test func refusesAMissingFolderAtOnce() async throws {
    let error = await #expect(throws: ProcessError.self) { try await runner.run(shell("true", in: "/no/such")) }
    #expect(error?.code == .notFound)
  }

  @Test func refusesAScriptWhoseInterpreterIsMissing() async throws {
    let folder = try TemporaryDirectory()
    try folder.write("#!/no/such/interpreter\n", to: "tool", mode: 0o755)
    var request = shell("", in: folder.path)
    request.arguments = ["./tool"]
    let error = await #expect(throws: ProcessError.self) { try await runner.run(request) }
    #expect(error?.code == .notFound)
  }

  @Test func killsAHangingTreeAtTheLimit() async throws {
    let result = try await runner.run(shell("echo before; sleep 60 & sleep 60", limit: .milliseconds(300)))
    #expect(result.timedOut)
    #expect(result.termination == .signalled(9))
    #expect(result.output.text == "before\n")
    #expect(result.duration < .seconds(3))
  }

  @Test func doesNotWaitForABackgroundProcessThatHoldsThePipe() async throws {
    let result = try await runner.run(shell("sleep 60 & echo $!"))
    #expect(result.termination == .exited(0))
    #expect(result.duration < .seconds(3))
    #expect(!isAlive(result.output.text))
  }

  @Test(arguments: [
    "setsid sleep 60 & echo $!",
    "(setsid sh -c 'echo $$; exec sleep 60' &) ",
    "(setsid sh -c '(setsid sleep 61 & echo $!); sleep 60' &); sleep 0.3",
  ]) func leavesNothingThatEscapedBehind(script: String) async throws {
    let result = try await runner.run(shell(script + "; sleep 0.1"))
    let pids = result.output.text.split(separator: "\n").map(String.init)
    #expect(!pids.isEmpty)
    for pid in pids { #expect(!isAlive(pid)) }
  }

  @Test func leavesAnOrphanWithoutAnEnvironmentToTheFirstCommandThatRunsAlone() async throws {
    let result = try await runner.run(shell("env -i setsid -f sh -c 'echo $$; exec sleep 60'; sleep 0.1"))
    let deadline = SuspendingClock.now + .seconds(20)
    while isAlive(result.output.text), SuspendingClock.now < deadline { _ = try await runner.run(shell("true")) }
    #expect(!isAlive(result.output.text))
  }

  @Test func killsWhatEscapedAtTheLimitToo() async throws {
    let script = "(setsid sh -c 'echo $$; exec sleep 60' &); sleep 60"
    let result = try await runner.run(shell(script, limit: .milliseconds(500)))
    #expect(result.timedOut)
    #expect(!isAlive(result.output.text))
  }

  @Test func boundsATreeThatKeepsForking() async throws {
    let script = "f() { (setsid sh -c 'while :; do setsid sleep 9 & sleep 0.02; done' &); }; f; f; f; sleep 60"
    let result = try await runner.run(shell(script, limit: .seconds(1)))
    #expect(result.timedOut)
    #expect(result.duration < .seconds(4))
  }

  @Test func killsATreeOfTooManyProcesses() async throws {
    var request = shell("for i in 1 2 3 4 5 6 7 8 9 10; do setsid sleep 60 & done; sleep 60")
    request.processLimit = 9
    let result = try await runner.run(request)
    #expect(result.hadTooManyProcesses)
    #expect(!result.timedOut)
    #expect(result.duration < .seconds(10))
  }

  @Test func keepsHeadAndTailOfEndlessOutput() async throws {
    let script = "echo first; head -c 50000000 /dev/zero | tr '\\0' x; echo; echo last"
    let result = try await runner.run(shell(script, outputLimit: 1000))
    #expect(result.output.byteCount == 50_000_012)
    #expect(result.output.bytes.count == 1000)
    #expect(result.output.text.hasPrefix("first\nxxx"))
    #expect(result.output.text.hasSuffix("xxx\nlast\n"))
    #expect(result.output.text.contains("\n… 49999012 bytes left out …\n"))
  }

  @Test func readsBothStreamsAtOnce() async throws {
    let script = "head -c 3000000 /dev/zero >&2 & head -c 3000000 /dev/zero; wait"
    let result = try await runner.run(shell(script, outputLimit: 100))
    #expect(result.output.byteCount == 3_000_000)
    #expect(result.standardError.byteCount == 3_000_000)
  }

  @Test func diesWithItsTask() async throws {
    let folder = try TemporaryDirectory()
    let task = Task {
      try await runner.run(
        shell("(setsid sh -c 'echo $$ >pid.new; mv pid.new pid; exec sleep 60' &); sleep 60", in: folder.path)
      )
    }
    var pid = ""
    while pid.isEmpty {
      try await Task.sleep(for: .milliseconds(10))
      pid = folder.text(of: "pid") ?? ""
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(!isAlive(pid))
  }

  @Test func startsNothingForACancelledTask() async throws {
    let folder = try TemporaryDirectory()
    let task = Task {
      unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      return try await runner.run(shell("touch started", in: folder.path))
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(folder.text(of: "started") == nil)
  }

  private func isAlive(_ pid: String) -> Bool {
    guard let number = pid_t(pid.filter(\.isNumber)) else { return true }
    return kill(number, 0) == 0
  }
}
