import JSON
import OllamaSimulator
import TestSupport
import Testing

@testable import autonomy

/// The page about the files of simulated models.
@Suite struct SimulatePageTests {
  private static func page() throws -> String {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return try #require(contentsOfFile("/\(parts.joined(separator: "/"))/docs/simulate.md"))
  }

  @Test func itsExampleBringsARunToItsEnd() async throws {
    let page = try Self.page()
    let start = try #require(page.firstRange(of: "```json5\n")).upperBound
    let end = try #require(page[start...].firstRange(of: "```\n")).lowerBound
    let folder = try TemporaryDirectory()
    try folder.write(String(page[start..<end]), to: "answers.json5")
    let scenario = try Scenario(contentsOf: folder.appending("answers.json5"))
    let server = try await OllamaSimulator(scenario: scenario)
    try folder.write("# Plan\n\nWrite a greeting into hello.txt.\n", to: "project/MASTER_PLAN.md")
    try folder.write("grep -q hello hello.txt && echo '1 passed'\n", to: "project/test.sh")
    try folder.write("{ sandbox: \"off\" }", to: "project/autonomy.json")
    let run = await Invocation("run", in: folder.appending("project"), environment: ["OLLAMA_HOST": server.url])
    #expect(run.exitCode == 0, "\(run.output)")
    #expect(folder.text(of: "project/hello.txt") == "hello\n")
    let phases = run.errors.split(separator: "\n").count { $0.contains("debugging") }
    #expect(phases > 0, "\(run.errors)")
    await server.stop()
  }

  /// What the page says of a key is found under its name.
  @Test(arguments: [
    ("when", ["phase", "task", "role", "model", "tool_offered", "lacks", "system_contains", "last_contains"]),
    ("when", ["last_role", "path", "nth", "chance"]),
    ("reply", ["content", "thinking", "tool_calls", "calls_in", "raw", "chunk_bytes", "done_reason"]),
    (
      "fault",
      ["status", "headers", "body", "message", "tokens", "after_chunks", "ms"]
        + Scenario.Fault.Kind.allCases.map(\.rawValue)
    ),
  ])
  func itNamesEveryKey(of object: String, _ keys: [String]) throws {
    let page = try Self.page()
    for key in keys { #expect(page.contains("`\(key)`"), "\(object).\(key)") }
  }
}
