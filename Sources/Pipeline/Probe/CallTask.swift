import JSON

/// Something that takes exactly one tool call, and that call.
struct CallTask {
  let text: String
  let name: String
  /// The arguments that the call must have; it may have more.
  let arguments: JSONObject

  init(_ text: String, _ name: String, _ arguments: JSONObject) {
    self.text = text
    self.name = name
    self.arguments = arguments
  }

  /// Whether a model that called this did what it was asked; space at the end of a text makes no difference.
  func isDone(by calls: [ToolCall]) -> Bool {
    guard calls.count == 1, let call = calls.first, call.name == name else { return false }
    return arguments.allSatisfy { key, value in
      guard let wanted = value.string else { return call.arguments[key] == value }
      return call.arguments[key]?.string.map { Self.trimmed($0) == Self.trimmed(wanted) } ?? false
    }
  }

  private static func trimmed(_ text: String) -> [UInt8] {
    let end = text.utf8.lastIndex { !$0.isASCIISpace }.map { text.utf8.index(after: $0) }
    return Array(text.utf8[..<(end ?? text.utf8.startIndex)])
  }
}

extension CallTask {
  /// A few for each kind of argument, among them the texts that are hard to quote.
  static let all: [CallTask] = [
    CallTask(
      "Read lines 40 to 80 of `src/parser.c`.",
      "read_file",
      ["path": "src/parser.c", "start_line": 40, "end_line": 80]
    ),
    CallTask("Create the file `VERSION` with one line: 1.4.2", "write_file", ["path": "VERSION", "content": "1.4.2"]),
    CallTask("Run the check `test`.", "run_check", ["name": "test"]),
    CallTask(
      "In `src/limits.h` replace the passage `#define LIMIT 10` by `#define LIMIT 25`. You have read the file.",
      "edit_file",
      ["path": "src/limits.h", "old_text": "#define LIMIT 10", "new_text": "#define LIMIT 25"]
    ),
    CallTask(
      "Search the files that match `*.py` for the pattern `import`.",
      "search_files",
      ["pattern": "import", "glob": "*.py"]
    ),
    CallTask(
      "Create the file `greet.py` with exactly these two lines:\n\nname = \"Ada\"\nprint(f\"Hello, {name}!\\n\")",
      "write_file",
      ["path": "greet.py", "content": "name = \"Ada\"\nprint(f\"Hello, {name}!\\n\")"]
    ),
    CallTask("Read the whole file `docs/guide.md`.", "read_file", ["path": "docs/guide.md"]),
    CallTask("Delete the file `old/notes.txt`.", "delete_file", ["path": "old/notes.txt"]),
    CallTask(
      "Everything is done. End the task with this summary: All tests pass.",
      "finish",
      ["summary": "All tests pass."]
    ),
    CallTask(
      "Create the file `data.json` with exactly this line:\n\n{\"path\": \"C:\\\\temp\", \"size\": 3}",
      "write_file",
      ["path": "data.json", "content": "{\"path\": \"C:\\\\temp\", \"size\": 3}"]
    ),
    CallTask(
      "Ask the user this question: Which licence shall the project have?",
      "ask_user",
      ["question": "Which licence shall the project have?"]
    ),
    CallTask("Search all files for the pattern `parse_line`.", "search_files", ["pattern": "parse_line"]),
    CallTask(
      "In `web/index.html` replace the passage `<b>old</b>` by `<b>new</b>`. You have read the file.",
      "edit_file",
      ["path": "web/index.html", "old_text": "<b>old</b>", "new_text": "<b>new</b>"]
    ),
    CallTask(
      "Read `Makefile` from line 1 to line 20.",
      "read_file",
      ["path": "Makefile", "start_line": 1, "end_line": 20]
    ),
    CallTask("Run the check `build`.", "run_check", ["name": "build"]),
    CallTask(
      "Create the file `run.sh` with exactly these three lines:\n\n#!/bin/sh\nset -eu\nexec \"$1\" 'two words'",
      "write_file",
      ["path": "run.sh", "content": "#!/bin/sh\nset -eu\nexec \"$1\" 'two words'"]
    ),
    CallTask("Delete `src/unused.c`.", "delete_file", ["path": "src/unused.c"]),
    CallTask(
      "Search for the pattern `main` below the folder `src`.",
      "search_files",
      ["pattern": "main", "path": "src"]
    ),
    CallTask(
      "In `app.py` replace the passage `retries = 3` by `retries = 5`. You have read the file.",
      "edit_file",
      ["path": "app.py", "old_text": "retries = 3", "new_text": "retries = 5"]
    ),
    CallTask(
      "The work is done. Finish with this summary: The parser reads quotes.",
      "finish",
      ["summary": "The parser reads quotes."]
    ),
  ]

  /// Questions that take words and no call.
  static let questions = [
    "What is seven times eight? Answer in one short sentence. Nothing is to be done, so call no tool.",
    "Thank you, that was all for now. Say goodbye in one short sentence, and call no tool.",
    "Say in one sentence what a mutex is for. No file is concerned, so call no tool.",
    "Which is the larger number, 12 or 21? Answer with the number alone, and call no tool.",
    "Name one advantage of small functions, in one sentence. Do not call a tool.",
  ]
}
