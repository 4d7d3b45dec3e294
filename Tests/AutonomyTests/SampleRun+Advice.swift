import Pipeline

extension SampleRun {
  /// Takes a second step on the first task, after one that failed, with advice of two specialists.
  func takeAdvisedStep() async throws {
    let task = TaskID(number: 1)
    let action = Action.phase(.debugging, task)
    try await commit([]) { _ in
      [
        .consultation(
          ConsultationEvent(
            step: 2,
            role: "reasoning",
            query: "qa of t1 failed: failing check ('test.sh'). What is the root cause, and what is to be done next?",
            context: "",
            progress: "p",
            answer: "root cause: the word is misspelt\nrecommendation: write it anew",
            failure: .failingCheck
          )
        ),
        .consultation(
          ConsultationEvent(
            step: 2,
            role: "coding",
            query: "Is one character enough?",
            context: "",
            progress: "p",
            answer: "Yes, the third."
          )
        ),
        .decision(
          DecisionEvent(
            step: 2,
            action: action,
            maker: "arbiter decider:7b",
            reason: "The check fails.",
            legal: [action],
            progress: "p",
            repeats: 0,
            rules: action,
            guidance: "From the coding specialist:\nYes, the third.",
            advice: [
              AdviceUse(role: "reasoning", verdict: .replaced), AdviceUse(role: "coding", verdict: .used),
            ]
          )
        ),
        .phaseStarted(
          PhaseStartedEvent(step: 2, phase: .debugging, task: task, role: "coding", model: "coder:7b", attempt: 2)
        ),
        .modelRequest(
          ModelRequestEvent(
            step: 2,
            model: "coder:7b",
            server: "default",
            messages: 2,
            estimatedTokens: 1300,
            numCtx: 16_384,
            numPredict: 8192,
            tools: ["read_file", "write_file"],
            prompt: PromptNotes(
              complexity: 4,
              factors: ["failed_attempts": 1, "recent_failures": 2],
              variant: "small",
              advice: ["failure-failing-check", "steps-debugging-small"]
            )
          )
        ),
      ]
    }
  }
}
