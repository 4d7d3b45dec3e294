import JSON
import OllamaSimulator
import Pipeline
import TestSupport
import Testing

@testable import autonomy

/// `autonomy probe` and what other commands say of its findings.
@Suite struct ProbeTests {
  /// A model that writes every call as text, and only ever the same one.
  private static let scenario = """
    { "models": [{ "name": "coder:32b", "context_length": 32768, "capabilities": ["tools"] },
                 { "name": "broken:1b", "context_length": 32768, "capabilities": ["tools"] },
                 { "name": "talker:7b", "context_length": 32768, "capabilities": ["tools"] },
                 { "name": "other:7b", "context_length": 32768, "capabilities": ["tools"] }],
      "rules": [
        { "when": { "model": "broken:1b" }, "fault": { "kind": "http_status", "status": 400, "message": "It is broken." } },
        { "when": { "model": "talker:7b", "task": "window" }, "reply": { "content": "ready" } },
        { "when": { "model": "talker:7b" }, "reply": { "content": "I would rather talk about it." } },
        { "when": { "phase": "probe", "task": "refrain" }, "reply": { "content": "It is fifty-six." } },
        { "when": { "phase": "probe", "task": "window" }, "reply": { "content": "ready" } },
        { "when": { "phase": "probe" },
          "reply": { "content": "<tool_call>{\\"name\\": \\"read_file\\", \\"arguments\\": {\\"path\\": \\"docs/guide.md\\"}}</tool_call>" } } ] }
    """

  private struct Place {
    let server: OllamaSimulator
    let folder: TemporaryDirectory
    let environment: [String: String]

    init(settings: String = #"{ models: { coding: "coder:32b" } }"#) async throws {
      server = try await OllamaSimulator(scenario: Scenario(parsing: JSONValue(parsing: ProbeTests.scenario)))
      folder = try TemporaryDirectory()
      try folder.write(settings, to: "autonomy.json")
      environment = ["OLLAMA_HOST": server.url, "XDG_DATA_HOME": folder.appending("data")]
    }

    func run(_ words: String...) async -> Invocation {
      await Invocation(words: words, in: folder.path, environment: environment)
    }
  }

  private static let summary = "coder:32b: native 0 of 20, from text 20 of 20: text mode"

  @Test func theCardIsShownAndKept() async throws {
    let place = try await Place()
    let probe = await place.run("probe", "--time", "1h")
    #expect(probe.exitCode == 0)
    let text = probe.output.replacing(place.server.url, with: "http://127.0.0.1:PORT")
      .replacing(place.folder.path, with: "FOLDER").split(separator: "\n").filter { !$0.contains("Measured") }
    Snapshot("probe.txt").expect(text.joined(separator: "\n") + "\n")
    #expect(probe.errors.contains("Measuring coder:32b on default"))
    let file = CardFile(path: place.folder.appending("data/autonomy/models.json"))
    #expect(try file.cards().map { $0.summary } == ["native 0 of 20, from text 20 of 20: text mode"])
  }

  @Test func modelsAndDoctorTellWhatWasFound() async throws {
    let place = try await Place()
    #expect(await place.run("probe", "--time", "1h").exitCode == 0)
    #expect(await place.run("models").output.contains(Self.summary))
    #expect(await place.run("doctor").output.contains(Self.summary))
    let models = try await place.run("models", "--json").lines
    #expect(models.first { $0["model"] == "coder:32b" }?["card"]?["calls"]?["text"] == 20)
    #expect(models.first { $0["model"] == "other:7b" }?["card"] == nil)
  }

  @Test func aModelThatOnlyTalksIsNoGoodNews() async throws {
    let place = try await Place(settings: #"{ models: { coding: "talker:7b" } }"#)
    #expect(await place.run("probe", "--time", "1h").exitCode == 0)
    let doctor = await place.run("doctor").output
    #expect(doctor.contains("Most of its calls cannot be read"), "\(doctor)")
  }

  @Test func aModelCanBeNamed() async throws {
    let place = try await Place()
    let probe = await place.run("probe", "other:7b", "--json")
    let cards = try probe.lines.filter { $0["type"] == "card" }
    #expect(cards.map { $0["model"] } == ["other:7b"])
    #expect(try probe.result["models"] == 1)
    #expect(place.server.chatRequests.allSatisfy { $0.body["model"] == "other:7b" })
  }

  @Test func everyConfiguredModelIsProbedOnce() async throws {
    let place = try await Place(settings: #"{ models: { coding: "coder:32b", analysis: "other:7b" } }"#)
    let cards = try await place.run("probe", "--time", "1h", "--json").lines.filter { $0["type"] == "card" }
    #expect(cards.map { $0["model"] } == ["coder:32b", "other:7b"])
  }

  @Test func aModelThatFailsKeepsNoOtherFromBeingMeasured() async throws {
    let place = try await Place(settings: #"{ models: { coding: "broken:1b", analysis: "other:7b" } }"#)
    let probe = await place.run("probe", "--time", "1h", "--json")
    #expect(try probe.lines.map { $0["type"] } == ["failure", "card", "result"])
    #expect(try probe.lines.first?["message"]?.string?.contains("It is broken.") == true)
    #expect(probe.exitCode == 2)
  }

  @Test func aMissingModelIsRefused() async throws {
    let place = try await Place()
    let probe = await place.run("probe", "nothing:1b", "--json")
    #expect(probe.exitCode == 2)
    #expect(try probe.result["message"]?.string?.contains("nothing:1b") == true)
  }

  @Test func aDamagedFileIsNamedBeforeAnythingIsMeasured() async throws {
    let place = try await Place()
    try place.folder.write("{", to: "data/autonomy/models.json")
    let probe = await place.run("probe", "--time", "1h")
    #expect(probe.exitCode == 7)
    #expect(probe.errors.contains("models.json' is damaged"))
    #expect(place.server.chatRequests.isEmpty)
    #expect(place.folder.text(of: "data/autonomy/models.json") == "{")
    #expect(await place.run("models").errors.contains("models.json' is damaged"))
  }

  @Test func theHeaderOfARunTellsOfTextMode() async throws {
    let event = RunStartedEvent(
      mode: "traditional",
      modeOrigin: "default",
      limits: RunLimits(),
      models: ["coding": "coder:32b@default", "qa": "other:7b@default"],
      handling: ["coder:32b@default": ModelHandling(writesCallsAsText: true)],
      sandbox: "none",
      project: "/"
    )
    let stored = StoredEvent(sequence: 1, time: Timestamp(milliseconds: 0), run: nil, event: .runStarted(event))
    let folder = try TemporaryDirectory()
    let header = RunHeader(project: folder.path, configuration: Configuration(), environment: [:])
    let lines = await header.lines(for: stored, on: .plain)
    #expect(lines.contains { $0.contains("coder:32b on default (text mode): coding") })
    #expect(lines.contains { $0.contains("other:7b on default: qa") })
  }

  @Test(arguments: [
    ([PhaseName.qa, .coding], "orchestrated in coding, qa (USE_ORCHESTRATION)"),
    (PhaseName.allCases, "orchestrated (USE_ORCHESTRATION)"),
  ])
  func theHeaderOfARunNamesThePhasesOfTheArbiter(_ phases: [PhaseName], _ expected: String) async throws {
    let event = RunStartedEvent(
      mode: "orchestrated",
      modeOrigin: "USE_ORCHESTRATION",
      limits: RunLimits(),
      models: [:],
      sandbox: "none",
      project: "/"
    )
    let stored = StoredEvent(sequence: 1, time: Timestamp(milliseconds: 0), run: nil, event: .runStarted(event))
    let folder = try TemporaryDirectory()
    let header = RunHeader(
      project: folder.path,
      configuration: Configuration(),
      environment: [:],
      orchestrated: Set(phases)
    )
    #expect(await header.lines(for: stored, on: .plain).contains { $0.hasSuffix(expected) })
  }

  @Test func theHeaderOfARunNamesTheArbiterAndTheSpecialists() async throws {
    let event = RunStartedEvent(
      mode: "orchestrated",
      modeOrigin: "--mode",
      limits: RunLimits(),
      models: [
        "coding": "coder:32b@default", "coding specialist": "coder:32b@default", "arbiter": "decider:7b@default",
        "reasoning specialist": "thinker:14b@big",
      ],
      sandbox: "none",
      project: "/"
    )
    let stored = StoredEvent(sequence: 1, time: Timestamp(milliseconds: 0), run: nil, event: .runStarted(event))
    let folder = try TemporaryDirectory()
    let header = RunHeader(project: folder.path, configuration: Configuration(), environment: [:])
    let lines = await header.lines(for: stored, on: .plain)
    #expect(lines.contains { $0.contains("coder:32b on default: coding, coding specialist") })
    #expect(lines.contains { $0.contains("decider:7b on default: arbiter") })
    #expect(lines.contains { $0.contains("thinker:14b on big: reasoning specialist") })
  }
}
