import CSystem
@unsafe @preconcurrency import Glibc
import Synchronization

/// Runs commands as child processes, each watched by a thread of its own, and leaves nothing of them behind.
package struct ProcessRunner: Sendable {
  /// How long output may go on after the command itself has ended, if something it started holds the pipe open.
  private static let grace = Duration.milliseconds(200)

  /// How often a command that goes on is looked after; at first more often, because a fork bomb is quick.
  private static let interval = Duration.milliseconds(250)

  package init() {}

  /// Runs a command to its end; a non-zero exit status, a signal and the time limit are results.
  ///
  /// Throws `ProcessError` if it cannot be started, and `CancellationError` once a cancelled one is dead.
  package func run(_ request: ProcessRequest) async throws -> ProcessResult {
    try Task.checkCancellation()
    let executable = try Self.executable(of: request)
    let cancellation = Cancellation()
    let result = try await withTaskCancellationHandler {
      try await DedicatedThread.run { try Self.watch(executable, request, cancellation) }
    } onCancel: {
      cancellation.cancel()
    }
    if cancellation.isCancelled { throw CancellationError() }
    return result
  }

  private static func executable(of request: ProcessRequest) throws -> String {
    guard let name = request.arguments.first, !request.arguments.contains(where: { $0.utf8.contains(0) }) else {
      throw ProcessError(.notExecutable, "A command has no words, or a NUL byte in one of them.")
    }
    var status = stat()
    guard unsafe stat(request.directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw ProcessError(.notFound, "'\(name)' cannot run in '\(request.directory)': there is no such folder.")
    }
    let path = request.environment["PATH"]
    guard let file = ExecutableSearch.find(name, path: path, directory: request.directory) else {
      throw ProcessError(.notFound, "'\(name)' was not found. Install it, or add its folder to PATH.")
    }
    return file
  }

  private static func watch(
    _ executable: String,
    _ request: ProcessRequest,
    _ cancellation: Cancellation
  ) throws -> ProcessResult {
    let start = SuspendingClock.now
    let mark = ProcessTree.makeMark()
    let environment = request.environment.merging([ProcessTree.marker: mark]) { _, mark in mark }
    let process = try SpawnedProcess(executable: executable, request: request, environment: environment)
    var tree = ProcessTree(root: process.pid, mark: mark)
    cancellation.started(process.pid)

    var reader = PipeReader(limit: request.outputLimit)
    var status: Int32?
    var timedOut = false
    var hadTooManyProcesses = false
    let deadline = request.timeLimit.map { start + $0 }
    var pause = Duration.milliseconds(10)
    var nextLook = start + pause
    // Once the root has ended, or had to be ended: when to stop reading.
    var graceEnd: SuspendingClock.Instant?

    while status == nil || !reader.isAtEnd {
      let now = SuspendingClock.now
      if let graceEnd, now >= graceEnd { break }
      if status == nil, !timedOut, !hadTooManyProcesses, let deadline, now >= deadline {
        timedOut = true
        tree.kill()
      } else if status == nil, !timedOut, !hadTooManyProcesses, now >= nextLook {
        hadTooManyProcesses = tree.observe(limit: request.processLimit + 1) > request.processLimit
        if hadTooManyProcesses { tree.kill() }
        pause = min(pause * 2, interval)
        nextLook = now + pause
      }
      let isKilled = timedOut || hadTooManyProcesses
      let next = graceEnd ?? (isKilled ? now + interval : min(nextLook, deadline ?? nextLook))
      if reader.wait(process, until: next, now: now, isWaitingForExit: status == nil) {
        status = cancellation.reap(process.pid)
        graceEnd = SuspendingClock.now + (isKilled || cancellation.isCancelled ? .zero : grace)
      }
    }
    tree.sweep()
    reader.drain(process)
    return ProcessResult(
      termination: termination(of: status ?? 0),
      timedOut: timedOut,
      hadTooManyProcesses: hadTooManyProcesses,
      output: reader.output.finish(),
      standardError: reader.standardError.finish(),
      duration: SuspendingClock.now - start
    )
  }

  /// The macros of wait(2), which Swift does not see.
  private static func termination(of status: Int32) -> ProcessResult.Termination {
    let signal = status & 0x7F
    return signal == 0 ? .exited(Int(status >> 8 & 0xFF)) : .signalled(Int(signal))
  }
}

/// The bridge between a task that may be cancelled at any time and the thread that owns the process.
private final class Cancellation: Sendable {
  private struct State {
    var pid: pid_t?
    var isCancelled = false
  }

  private let state = Mutex(State())

  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  /// Kills the group; the thread sees the end of its root and takes care of the rest.
  func cancel() {
    state.withLock { state in
      state.isCancelled = true
      if let pid = state.pid { kill(-pid, SIGKILL) }
    }
  }

  func started(_ pid: pid_t) {
    state.withLock { state in
      state.pid = pid
      if state.isCancelled { kill(-pid, SIGKILL) }
    }
  }

  /// Waits for the root; from then on its number may belong to another process and is not used any more.
  func reap(_ pid: pid_t) -> Int32 {
    state.withLock { state in
      state.pid = nil
      var status: Int32 = 0
      while unsafe waitpid(pid, &status, 0) < 0 && errno == EINTR {}
      return status
    }
  }
}
