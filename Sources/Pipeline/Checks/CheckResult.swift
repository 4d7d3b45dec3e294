/// What one run of a check showed.
package struct CheckResult: Hashable, Codable, Sendable {
  /// The verdict; only `passed` is evidence that the project works.
  package enum Status: String, Hashable, Sendable, CaseIterable {
    case passed
    case failed
    /// It ran no test, or its tool is missing: neither for the project nor against it.
    case absent
    case timedOut = "timed_out"
  }

  package var name: String
  package var status: Status

  /// The exit status; absent if a signal or the time limit ended it, or if it was never started.
  package var exitCode: Int?

  /// How many tests ran, skipped ones left out; absent if the output does not tell.
  package var testsRun: Int?

  /// What it printed, standard output and standard error in order, without what the cap cut from the middle.
  package var output: String

  /// Whether the cap cut something out of `output`.
  package var isTruncated: Bool

  package var duration: Duration

  /// What the status alone does not say (why it is absent, which signal ended it), as one sentence.
  package var note: String?

  package init(
    name: String,
    status: Status,
    exitCode: Int? = nil,
    testsRun: Int? = nil,
    output: String = "",
    isTruncated: Bool = false,
    duration: Duration = .zero,
    note: String? = nil
  ) {
    self.name = name
    self.status = status
    self.exitCode = exitCode
    self.testsRun = testsRun
    self.output = output
    self.isTruncated = isTruncated
    self.duration = duration
    self.note = note
  }
}
