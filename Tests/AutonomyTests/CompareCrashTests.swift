import JSON
import OllamaSimulator
import Pipeline
import TestSupport
import Testing

@testable import autonomy

/// A comparison that is killed.
@Suite struct CompareCrashTests {
  private static func server() async throws -> OllamaSimulator {
    let names = ["qwen2.5-coder:32b", "qwen2.5:32b", "qwen2.5:14b", "functiongemma"]
    let scenario: JSONValue = [
      "models": .array(
        names.map { ["name": .string($0), "context_length": 32768, "capabilities": ["tools"]] as JSONValue }
      ),
      "rules": [
        ["when": ["role": "arbiter"], "reply": ["content": "I cannot decide."]],
        [
          "when": ["phase": "planning"],
          "reply": [
            "tool_calls": [
              [
                "name": "plan_tasks",
                "arguments": ["tasks": [["description": "Write a.txt.", "target_files": ["a.txt"]]]],
              ]
            ]
          ],
        ],
        [
          "when": ["phase": "coding"],
          "reply": [
            "tool_calls": [
              ["name": "write_file", "arguments": ["path": "a.txt", "content": "hello"]],
              ["name": "finish", "arguments": ["summary": "It is there."]],
            ]
          ],
        ],
        ["when": ["phase": "qa"], "reply": ["tool_calls": [["name": "approve", "arguments": ["path": "a.txt"]]]]],
      ],
    ]
    return try await OllamaSimulator(scenario: try Scenario(parsing: scenario))
  }

  /// Every file with its mode and content, but for those of the pipeline's own.
  private static let listing =
    "find . -path ./.autonomy -prune -o -type f -printf '%m %p ' -exec sha1sum {} + | sort"

  @Test func leavesTheProjectAsItWasAndIsClearedByTheNext() async throws {
    let folder = try TemporaryDirectory()
    try folder.write("# A project\n\nWrite a.txt.\n", to: "MASTER_PLAN.md")
    try folder.write("test -f a.txt && echo '1 passed'\n", to: "test.sh", mode: 0o755)
    try folder.write("mine", to: "a.txt", mode: 0o600)
    let server = try await Self.server()
    let environment = ["OLLAMA_HOST": server.url]
    let compare = "\"$PROGRAM\" compare --repeat 1 --no-docs -c sandbox=off"
    let before = try await Program.shell(Self.listing, in: folder.path).output.text
    var isKilled = 0
    for delay in ["0.05", "0.2", "0.4", "0.7", "1.1"] {
      let script = "\(compare) >/dev/null 2>&1 & sleep \(delay); kill -9 $! && wait $!; echo $?; \(Self.listing)"
      let result = try await Program.shell(script, in: folder.path, environment: environment)
      let lines = result.output.text.split(separator: "\n", maxSplits: 1)
      if lines.first == "137" { isKilled += 1 }
      #expect(lines.last.map(String.init) == before, "after \(delay) s")
    }
    #expect(isKilled >= 2, "The comparison is over too soon to be killed.")
    // Whatever the moment was, this is what it leaves while the checks run in place.
    try folder.write("half", to: ".autonomy/scratch/Left01/a.txt")
    let whole = try await Program.shell("\(compare) --json", in: folder.path, environment: environment)
    #expect(whole.exitCode == 0, "\(whole.standardError.text)")
    #expect(try await Program.shell(Self.listing, in: folder.path).output.text == before)
    let left = try await Program.shell("find .autonomy/worktrees .autonomy/scratch -mindepth 1", in: folder.path)
    #expect(left.output.text.isEmpty, "\(left.output.text)")
    await server.stop()
  }
}
