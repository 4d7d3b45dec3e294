import JSON
import ToolCallReading

/// Tools as a coding agent offers them, one of which changes files.
enum SampleTools {
  static let all = [
    ToolSchema(
      name: "read_file",
      parameters: [
        "type": "object",
        "properties": [
          "path": ["type": "string"], "start_line": ["type": "integer"],
          "end_line": ["type": "integer"],
        ],
        "required": ["path"],
      ]
    ),
    ToolSchema(
      name: "search_files",
      parameters: [
        "type": "object",
        "properties": [
          "pattern": ["type": "string"], "globs": ["type": "array", "items": ["type": "string"]],
          "recursive": ["type": "boolean"],
        ],
        "required": ["pattern"],
      ]
    ),
    ToolSchema(
      name: "write_file",
      parameters: [
        "type": "object",
        "properties": ["path": ["type": "string"], "content": ["type": "string"]],
        "required": ["path", "content"],
      ],
      changesFiles: true
    ),
    ToolSchema(
      name: "finish",
      parameters: [
        "type": "object",
        "properties": [
          "summary": ["type": "string"],
          "status": ["type": "string", "enum": ["done", "gave_up"]],
        ],
      ]
    ),
  ]

  static let reader = CallReader(tools: all)
}
