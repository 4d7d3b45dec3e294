import Pipeline
import TestSupport
import Testing
import Unified

extension TestProject {
  /// Plays the last run, and expects it to be the same.
  func expectReplay() async throws {
    guard let run = try await state().run?.id.number else { return }
    let record = try record(of: run)
    let report = try await replay(record)
    #expect(report.difference == nil)
  }

  /// Expects of every `stride`-th event that the record of the first run, cut off after it, is played up to there.
  func expectPrefixesPlay(by stride: Int) async throws {
    let whole = try record()
    for count in Swift.stride(from: 5, to: whole.events.count, by: stride) {
      var record = whole
      record.events = Array(whole.events.prefix(count))
      let last = record.events[count - 1].sequence
      record.items = whole.items.filter { $0.event <= last }
      let report = try await replay(record)
      #expect(report.difference == nil, "after \(count) events")
    }
  }

  /// The record of a run.
  func record(of run: Int = 1) throws -> RecordedRun { try Self.record(of: run, in: folder.path) }

  private static func record(of run: Int, in folder: String) throws -> RecordedRun {
    let reader = try #require(try JournalReader.open(StateFolder(ofProject: folder)))
    return try #require(try reader.record(of: RunID(number: run)))
  }

  /// Plays the first run of a project in some other folder, from its own record or from a file that was made of it.
  static func replay(of folder: String, isExported: Bool) async throws -> ReplayReport {
    let record = try record(of: 1, in: folder)
    guard isExported else { return try await replay(record, in: folder) }
    let place = try TemporaryDirectory()
    _ = try RunFile(path: place.appending("run")).write(record, checkpoints: folder + "/.autonomy/checkpoints")
    return try await ReplayDesk.replay(file: place.appending("run"))
  }

  /// Plays a run from the project's own record.
  func replay(_ run: Int = 1) async throws -> ReplayReport { try await replay(try record(of: run)) }

  func replay(_ record: RecordedRun) async throws -> ReplayReport {
    try await Self.replay(record, in: folder.path)
  }

  private static func replay(_ record: RecordedRun, in folder: String) async throws -> ReplayReport {
    try await Replay(record, checkpoints: folder + "/.autonomy/checkpoints", in: folder + "/.autonomy/worktrees").run()
  }
}
