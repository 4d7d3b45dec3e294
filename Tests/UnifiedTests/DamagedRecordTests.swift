import JSON
import Persistence
import Pipeline
import SourceControl
import TestSupport
import Testing
import Unified

/// Records in one file and in the project, whole and damaged.
@Suite struct DamagedRecordTests {
  /// The record of a run in one file, in a folder of its own.
  private func exported() async throws -> (elsewhere: TemporaryDirectory, file: String, bytes: [UInt8]) {
    let project = try TestProject()
    _ = try await project.run()
    let elsewhere = try TemporaryDirectory()
    let file = elsewhere.appending("run.replay")
    _ = try await ReplayDesk(project: project.folder.path).export(RunID(number: 1), to: file)
    return (elsewhere, file, try #require(elsewhere.bytes(of: "run.replay")))
  }

  @Test func oneFileIsEnoughForAReplayAnywhere() async throws {
    let project = try TestProject()
    let wrong = [TestProject.write("out.txt", "bad\n"), TestProject.finish]
    _ = try await project.run([TestProject.rule(["phase": "coding"], wrong)])
    let elsewhere = try TemporaryDirectory()
    let file = elsewhere.appending("run.replay")
    let export = try await ReplayDesk(project: project.folder.path).export(RunID(number: 1), to: file)
    #expect(elsewhere.bytes(of: "run.replay")?.count == export.size)
    let report = try await ReplayDesk.replay(file: file)
    #expect(report.difference == nil)
    #expect(report.events > 20)
    #expect(elsewhere.names() == ["run.replay"])
  }

  @Test func aChangedByteIsRefusedAtItsStep() async throws {
    let (elsewhere, file, bytes) = try await exported()
    var steps: Set<Int?> = []
    for position in stride(from: 16, to: bytes.count, by: 97) {
      var changed = bytes
      changed[position] ^= 0x10
      try elsewhere.write(changed, to: "run.replay")
      let damage = await #expect(throws: DamagedRecord.self, "byte \(position)") {
        try await ReplayDesk.replay(file: file)
      }
      steps.insert(damage?.step)
    }
    #expect(steps == [nil, 1, 2, 3, 4])
    try elsewhere.write(Array(bytes.dropLast(5)), to: "run.replay")
    await #expect(throws: DamagedRecord.self) { try await ReplayDesk.replay(file: file) }
  }

  /// The step of a frame is no evidence of where it belongs where it is the step that was changed.
  @Test func aChangedStepOfAFrameIsNotBelieved() async throws {
    let (elsewhere, file, bytes) = try await exported()
    func number(at position: Int) -> Int { bytes[position..<(position + 4)].reduce(0) { $0 << 8 | Int($1) } }
    var position = try #require(bytes.firstIndex(of: 0x0A)) + 1
    var steps: Set<Int?> = []
    while position < bytes.count {
      let step = number(at: position + 1)
      steps.insert(step > 0 ? step : nil)
      for change in [1, 2, 0xFF] as [UInt8] {
        var changed = bytes
        changed[position + 4] &+= change
        try elsewhere.write(changed, to: "run.replay")
        let damage = await #expect(throws: DamagedRecord.self) { try await ReplayDesk.replay(file: file) }
        #expect(damage?.step == (step > 0 ? step : nil), "at byte \(position)")
      }
      position += 9 + number(at: position + 5) + 20
    }
    #expect(steps == [nil, 1, 2, 3, 4])
  }

  /// The first message was sent with every request of its step, the last was never sent.
  @Test(arguments: [("ASC", "# Rules"), ("DESC", "ends here")])
  func aChangedWordOfWhatWasSaidIsRefusedAtItsStep(order: String, word: String) async throws {
    let project = try TestProject()
    _ = try await project.run()
    let connection = try Connection(path: StateFolder(ofProject: project.folder.path).database)
    let query = "SELECT position, entry FROM transcript WHERE step = 2 ORDER BY position \(order) LIMIT 1"
    let rows = try connection.rows(query) { row in (position: try row.integer(0), entry: try row.text(1)) }
    let (position, entry) = try #require(rows.first)
    try #require(entry.contains(word))
    try connection.execute(
      "UPDATE transcript SET entry = ? WHERE step = 2 AND position = ?",
      [.text(entry.replacing(word, with: word.uppercased())), .integer(position)]
    )
    #expect(try await project.replay().difference?.step == 2)
  }

  @Test func aChangedByteOfTheProjectsOwnRecordIsRefusedAtItsStep() async throws {
    let project = try TestProject()
    _ = try await project.run()
    let connection = try Connection(path: StateFolder(ofProject: project.folder.path).database)
    let query = "SELECT position, item FROM record WHERE kind = 'check' ORDER BY position"
    let checks = try connection.rows(query) { row in
      (position: try row.integer(0), text: try #require(Compressor.decompress(try row.blob(1))))
    }
    let (position, text) = try #require(checks.last { $0.text.firstRange(of: Array("1 passed".utf8)) != nil })
    var changed = text
    let place = try #require(text.firstRange(of: Array("1 passed".utf8)))
    changed[place.lowerBound] = UInt8(ascii: "2")
    try connection.execute(
      "UPDATE record SET item = ? WHERE position = ?",
      [.blob(try Compressor().compress(changed)), .integer(position)]
    )
    let damage = #expect(throws: DamagedRecord.self) { try project.record() }
    #expect(damage?.step == 4)
  }

  /// As records were before items had digests.
  @Test func aRecordWithoutDigestsIsTakenAsItIs() async throws {
    let project = try TestProject()
    _ = try await project.run()
    let connection = try Connection(path: StateFolder(ofProject: project.folder.path).database)
    let items = try connection.rows("SELECT position, item FROM record") { row in
      (position: try row.integer(0), text: try #require(Compressor.decompress(try row.blob(1))))
    }
    for (position, text) in items {
      try connection.execute(
        "UPDATE record SET item = ? WHERE position = ?",
        [.blob(try Compressor().compress(Array(text.dropFirst(21)))), .integer(position)]
      )
    }
    #expect(try await project.replay().difference == nil)
  }
}
