import JSON
import Pipeline

/// The tools by which the arbiter decides.
enum ArbiterTools {
  static let changePhase = "change_phase"
  static let continuePhase = "continue_current_phase"
  static let askUser = "request_user_input"
  static let restore = "restore_checkpoint"

  static let deciding: [ToolDefinition] = {
    func text(_ description: String) -> JSONValue { ["type": "string", "description": .string(description)] }
    let reason = text("Why, in one sentence.")
    let changes = text("What the step's model is to do differently this time, in a few sentences.")
    let advice: JSONValue = [
      "type": "array", "items": ["type": "string"],
      "description": "The specialists whose advice goes to the step's model, such as 'reasoning'; without it, all.",
    ]
    let phases: JSONValue = [
      "type": "string", "enum": .array(PhaseName.allCases.map { .string($0.rawValue) }),
      "description": "The phase of the next step.",
    ]
    return [
      tool(
        changePhase,
        "Decide on the next step: one of the legal ones.",
        [
          "phase": phases, "task": text("The task, such as 't3'; without it the first of that phase."),
          "reason": reason, "changes": changes, "advice": advice,
        ],
        ["phase", "reason"]
      ),
      tool(
        continuePhase,
        "Decide to go on in the phase of the last step.",
        ["reason": reason, "changes": changes, "advice": advice],
        []
      ),
      tool(
        askUser,
        "Ask the user about a task that would fail otherwise.",
        ["task": text("The task, such as 't3'."), "question": text("The question.")],
        ["task", "question"]
      ),
      tool(
        restore,
        "Bring the files of the task that failed last back to one of its checkpoints, where that is a legal step.",
        ["checkpoint": text("The checkpoint, such as 'c12'."), "reason": reason],
        ["checkpoint", "reason"]
      ),
    ]
  }()

  private static func tool(
    _ name: String,
    _ description: String,
    _ properties: JSONObject,
    _ required: [JSONValue]
  ) -> ToolDefinition {
    ToolDefinition(
      name: name,
      description: description,
      parameters: ["type": "object", "properties": .object(properties), "required": .array(required)]
    )
  }
}
