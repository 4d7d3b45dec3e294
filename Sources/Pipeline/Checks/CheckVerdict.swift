/// What the end of a check's process means.
///
/// A verdict is `passed` only if tests ran and the exit status says that they passed. A tool that always tells of the
/// tests it ran must have done so; any other command is believed.
struct CheckVerdict: Hashable {
  var status: CheckResult.Status
  var testsRun: Int?
  var note: String?

  init(_ check: CheckDefinition, _ result: ProcessResult, timeLimit: Duration) {
    let bytes = result.output.bytes
    testsRun = TestCount.read(bytes, convention: check.convention)
    if result.timedOut {
      status = .timedOut
      note = "It was ended after its time limit of \(timeLimit.components.seconds) s."
      return
    }
    if result.hadTooManyProcesses {
      status = .failed
      note = "It was ended because it had too many processes at once."
      return
    }
    guard case .exited(let code) = result.termination else {
      status = .failed
      if case .signalled(let number) = result.termination { note = "It was ended by signal \(number)." }
      return
    }
    if let reason = Self.reasonForAbsence(check.convention, exitCode: code, testsRun: testsRun, bytes) {
      status = .absent
      note = reason
    } else {
      status = code == 0 ? .passed : .failed
      // What runs the command, a shell or the sandbox, reports the signal that ended it like this.
      if (129...159).contains(code) { note = "It was ended by signal \(code - 128)." }
    }
  }

  private static func reasonForAbsence(
    _ convention: CheckDefinition.Convention,
    exitCode: Int,
    testsRun: Int?,
    _ bytes: [UInt8]
  ) -> String? {
    let lines = OutputLines(bytes)
    let ranNone = "It ran no test."
    switch convention {
    case .pytest:
      if exitCode == 5 { return ranNone }
    case .unittest:
      if !lines.containing("No module named 'pytest'").isEmpty {
        return "Its tests need pytest, which cannot be imported. Install pytest to have them run."
      }
      if testsRun == 0, exitCode == 0 || exitCode == 5 { return ranNone }
    case .swift:
      if !lines.containing("error: no tests found").isEmpty { return ranNone }
    case .npm:
      if !lines.containing("EJSONPARSE").isEmpty, exitCode != 0 {
        return "'package.json' cannot be read as JSON, so that no script of it can be run."
      }
      if exitCode == 127 { return "A tool that its script calls is not installed. Install the project's dependencies." }
    case .make:
      let isIdle = !lines.containing("Nothing to be done for").isEmpty || !lines.containing("is up to date.").isEmpty
      if exitCode == 0, isIdle, lines.count <= 3 { return ranNone }
    case .cargo, .go, .ctest, .script, .configured:
      break
    }
    guard exitCode == 0 else { return nil }
    if testsRun == nil, convention.alwaysCounts { return "It ended well, but said nothing of tests that ran." }
    return testsRun == 0 ? ranNone : nil
  }
}
