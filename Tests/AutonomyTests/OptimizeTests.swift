import JSON
import TestSupport
import Testing

@testable import autonomy

@Suite struct OptimizeTests {
  private static let report =
    (1...12).map { "tool output, line \($0), which comes twice" }.joined(separator: "\n") + "\n"
  private static let text =
    "\(report)\nThe scheduler stops.\n\n\(report)\nThe weather is fine today, as it was before.\n"

  private func optimize(_ words: String..., input: String = text) async throws -> Invocation {
    let folder = try TemporaryDirectory()
    return await Invocation(words: ["optimize"] + words, in: folder.path, input: input)
  }

  @Test func isAFilter() async throws {
    let invocation = try await optimize("--target-tokens", "200")
    #expect(invocation.exitCode == 0)
    #expect(invocation.output.hasPrefix(Self.report))
    #expect(invocation.output.hasSuffix("The weather is fine today, as it was before.\n"))
    #expect(invocation.output.utf8.count <= 800)
    #expect(invocation.errors.contains("left out: 1 by 'repeats'."))
  }

  @Test func whatFitsComesOutAsItWentIn() async throws {
    let invocation = try await optimize("--target-tokens", "5000")
    #expect(invocation.output == Self.text)
  }

  @Test func jsonSaysWhatWasRemovedAndBringsItBack() async throws {
    let invocation = try await optimize("--target-tokens", "170", "--query", "scheduler", "--json")
    let lines = try invocation.lines
    #expect(lines.dropLast().allSatisfy { $0["type"] == "removal" && $0["removed"]?.string?.isEmpty == false })
    #expect(lines.last?["reached"] == true && lines.last?["exit_code"] == 0)
    #expect(lines.last?["text"]?.string?.contains("The scheduler stops.") == true)
    let restored = try await optimize("--restore", input: invocation.output)
    #expect(restored.output == Self.text)
  }

  @Test func saysWhereTheTargetCannotBeReached() async throws {
    let invocation = try await optimize("--target-tokens", "1", "--steps", "blanks")
    #expect(invocation.output == Self.text)
    #expect(invocation.errors.contains("The text cannot be made as short as 1 token by these steps."))
    let json = try await optimize("--target-tokens", "1", "--steps", "blanks", "--json")
    #expect(try json.result["reached"] == false)
  }

  @Test func partsATextThatIsTooLong() async throws {
    let invocation = try await optimize("--target-tokens", "60", "--split")
    let parts = try invocation.lines.dropLast()
    #expect(parts.compactMap { $0["text"]?.string }.joined() == Self.text)
    #expect(parts.allSatisfy { ($0["tokens"]?.integer ?? 100) <= 60 })
    #expect(try invocation.result["parts"]?.integer == parts.count)
  }

  @Test func everyRemovalIsNeededToRestoreTheText() async throws {
    let written = try await optimize("--target-tokens", "1", "--json").output
    let lines = written.split(separator: "\n")
    try #require(lines.count > 2)
    for index in lines.indices.dropLast() {
      var some = lines
      some.remove(at: index)
      let restored = try await optimize("--restore", input: some.joined(separator: "\n"))
      #expect(restored.exitCode == 2 && restored.output.isEmpty)
      #expect(restored.errors.contains("there is a line for \(lines.count - 2) of them; give all lines."))
    }
  }

  @Test(arguments: [
    (["--target-tokens", "1", "--steps", "blank"], "'blank' is no step."),
    ([], "Give either '--target-tokens <n>' or '--restore'."),
    (["--target-tokens", "0"], "must be at least 1, not 0."),
    (["--target-tokens", "1", "--bytes-per-token", "0"], "must be at least 1, not 0."),
    (["--restore", "--split"], "'--restore' puts nothing together that '--split' parted."),
    (["--restore", "--json"], "'--restore' writes a text, without '--json'."),
    (["--restore"], "The input is not what '--json' wrote"),
  ])
  func refusesWhatCannotBe(_ words: [String], _ message: String) async throws {
    let folder = try TemporaryDirectory()
    let invocation = await Invocation(words: ["optimize"] + words, in: folder.path, input: "plain")
    #expect(invocation.errors.contains(message))
    #expect(invocation.exitCode == 2)
  }

  @Test(arguments: [
    #"{"type": "removal", "step": "blanks", "offset": 9, "length": 5, "original_offset": 9, "removed": "x"}"#, "{}",
  ])
  func refusesRemovalsThatDoNotFit(line: String) async throws {
    let result = line == "{}" ? "" : "\n" + #"{"type": "result", "text": "abc"}"#
    let invocation = try await optimize("--restore", input: line + result)
    #expect(invocation.exitCode == 2)
  }
}
