import JSON
import Orchestration
import Pipeline
import Testing

@Suite struct ModelOverseerTests {
  private let letter = Letter(
    from: "coding",
    to: "reasoning",
    "By hand.",
    purpose: "dialogue",
    question: "Which parser?",
    turn: 2,
    turnLimit: 8,
    earlier: [Letter.Utterance(speaker: "reasoning", text: "A generated one.")]
  )
  private let participants = ["coding", "reasoning", "analysis"]

  private func review(_ reply: ModelReply, participants: [String]? = nil) async throws -> Oversight {
    let tool = ScriptedModelTool("arbiter") { _, _ throws(ModelError) in reply }
    return try await ModelOverseer(tool).review(letter, participants: participants ?? self.participants)
  }

  @Test(
    arguments: [
      ("continue", [:], .approve), ("modify", ["message": "Why?"], .modify("Why?")),
      ("redirect", ["to": "analysis"], .redirect(to: "analysis")),
      (
        "stop", ["outcome": "agreement", "summary": "By hand."],
        .stop(Oversight.Conclusion(isAgreement: true, summary: "By hand."))
      ),
      (
        "stop", ["outcome": "no_agreement", "summary": "Neither."],
        .stop(Oversight.Conclusion(isAgreement: false, summary: "Neither."))
      ),
    ] as [(String, JSONObject, Oversight.Ruling)]
  )
  func readsCallsNativeAndInText(name: String, arguments: JSONObject, ruling: Oversight.Ruling) async throws {
    #expect(try await review(.calling(name, arguments)).ruling == ruling)
    let call: JSONValue = ["name": .string(name), "arguments": .object(arguments)]
    let texts = ["I think so.\n<tool_call>\n\(call.text())\n</tool_call>", "```json\n\(call.text())\n```"]
    for text in texts { #expect(try await review(.saying(text)) == Oversight(ruling), "\(text)") }
  }

  @Test func keepsTheReason() async throws {
    let oversight = try await review(.calling("modify", ["message": "Why?", "reason": "Too vague."]))
    #expect(oversight == Oversight(.modify("Why?"), reason: "Too vague."))
  }

  @Test(
    arguments: [
      .saying(""), .saying("Everything is fine, continue."), .saying("{\"name\": \"stop\""), .calling("approve"),
      .calling("modify"), .calling("modify", ["message": ""]), .calling("stop", ["outcome": "agreement"]),
      .calling("redirect", ["to": ["a", "b"]]), .saying("<tool_call>continue</tool_call>"),
    ] as [ModelReply]
  )
  func nonsenseLetsTheMessagePass(reply: ModelReply) async throws {
    let oversight = try await review(reply)
    #expect(oversight.ruling == .approve)
    #expect(oversight.fallback == "The overseer's answer holds no decision.")
  }

  @Test func isShownTheQuestionWhatWasSaidAndTheMessage() async throws {
    let tool = ScriptedModelTool("arbiter") { _, _ throws(ModelError) in .calling("continue") }
    _ = try await ModelOverseer(tool).review(letter, participants: participants)
    let prompt = tool.prompts[0]
    #expect(prompt.map(\.role) == [.system, .user, .user, .user])
    #expect(prompt[1].content == "The question: Which parser?")
    #expect(prompt[2].content == "`reasoning` said:\n\nA generated one.")
    let last = prompt[3].content
    #expect(last.hasPrefix("[phase=oversight role=arbiter attempt=2]\n\nThis is turn 2 of 8."))
    #expect(last.contains("`coding` says to `reasoning`:\n\nBy hand.\n\n"))
    for name in ["continue", "modify", "redirect", "stop"] {
      #expect(prompt[0].content.contains("`\(name)`") && last.contains("`\(name)`"))
    }
  }

  @Test func offersNoRedirectionWhereThereIsNobodyElse() async throws {
    let tool = ScriptedModelTool("arbiter") { _, _ throws(ModelError) in .calling("redirect", ["to": "analysis"]) }
    let oversight = try await ModelOverseer(tool).review(letter, participants: ["coding", "reasoning"])
    #expect(oversight.ruling == .approve && oversight.fallback != nil)
    #expect(tool.prompts[0].allSatisfy { !$0.content.contains("redirect") })
  }

  @Test func aDeadModelIsGivenUp() async throws {
    let tool = ScriptedModelTool("arbiter") { _, _ throws(ModelError) in throw .transport(server: "s", message: "gone")
    }
    let overseer = ModelOverseer(tool)
    for _ in 1...5 {
      let oversight = try await overseer.review(letter, participants: participants)
      #expect(oversight.ruling == .approve && oversight.fallback != nil)
    }
    #expect(tool.statistics.calls == ModelOverseer.failureLimit)
  }

  @Test func cancellationIsPassedOn() async {
    let tool = ScriptedModelTool("arbiter") { _, _ throws(ModelError) in throw .cancelled }
    await #expect(throws: CancellationError.self) {
      try await ModelOverseer(tool).review(letter, participants: participants)
    }
  }
}
