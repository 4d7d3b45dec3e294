import JSON

/// A small change to a small file that comes out right in one way only.
struct EditTask {
  let path: String
  let before: String
  let text: String
  let after: String

  /// Whether the calls write the whole file as it should be.
  func isDone(byWriting calls: [ToolCall]) -> Bool {
    guard calls.count == 1, let call = calls.first, call.arguments["path"]?.string == path else { return false }
    return call.arguments["content"]?.string.map { isAfter(Array($0.utf8)) } ?? false
  }

  /// Whether the calls, one after the other, make the file what it should be.
  func isDone(byReplacing calls: [ToolCall]) -> Bool {
    var bytes = Array(before.utf8)
    for call in calls {
      guard call.arguments["path"]?.string == path, let old = call.arguments["old_text"]?.string,
        let new = call.arguments["new_text"]?.string
      else { return false }
      let edit = PassageEdit(old: old, new: new, in: TextLines(bytes))
      let places = edit.places(in: bytes)
      guard places.count == 1 else { return false }
      bytes = edit.content(of: bytes, at: places[0])
    }
    return isAfter(bytes)
  }

  /// What the file holds, newlines at its end aside.
  private func isAfter(_ bytes: [UInt8]) -> Bool {
    func body(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
      bytes[...((bytes.lastIndex { $0 != 0x0A }) ?? -1)]
    }
    return !bytes.isEmpty && body(bytes) == body(Array(after.utf8))
  }

  /// What the model is told.
  var prompt: String {
    "The file `\(path)` holds exactly this text:\n\n```\n\(before)```\n\nYou have read it. \(text) "
      + "Change nothing else, and do it now, without looking at anything first."
  }
}

extension EditTask {
  static let all: [EditTask] = [
    task(
      "src/retry.c",
      "Raise the number of tries from 3 to 5.",
      """
      #include "net.h"

      /* How often a request is tried. */
      static const int tries = 3;

      int fetch(const char *url) {
        for (int i = 0; i < tries; i++) {
          if (net_get(url) == 0) return 0;
          net_wait(3 * i);
        }
        return -1;
      }

      """,
      "tries = 3;",
      "tries = 5;"
    ),
    task(
      "mean.py",
      "Let the function return 0.0 for an empty list instead of None.",
      #"""
      """Averages."""


      def mean(values):
          """Return the arithmetic mean of a list of numbers."""
          if not values:
              return None
          total = sum(values)
          return total / len(values)


      def label(values):
          return f"mean: {mean(values)}\n"

      """#,
      "return None",
      "return 0.0"
    ),
    task(
      "config.json",
      "Change the port of the server `backup` to 9090.",
      """
      {
        "servers": {
          "main": { "host": "10.0.0.1", "port": 8080 },
          "backup": { "host": "10.0.0.2", "port": 8080 }
        },
        "paths": ["C:\\\\data", "\\"quoted\\""],
        "debug": false
      }

      """,
      #""10.0.0.2", "port": 8080"#,
      #""10.0.0.2", "port": 9090"#
    ),
    task(
      "README.md",
      "Put the line `make test` behind the line `make` in the code block.",
      """
      # Tally

      Counts words.

      ## Building

      ~~~
      make
      ~~~

      Then run `./tally FILE`.

      """,
      "~~~\nmake\n~~~",
      "~~~\nmake\nmake test\n~~~"
    ),
    task(
      "stack.swift",
      "Remove the line that prints.",
      #"""
      struct Stack {
        private var items: [Int] = []

        mutating func push(_ item: Int) {
          print("push \(item)")
          items.append(item)
        }

        mutating func pop() -> Int? {
          items.popLast()
        }
      }

      """#,
      "    print(\"push \\(item)\")\n",
      ""
    ),
  ]

  private static func task(_ path: String, _ text: String, _ before: String, _ old: String, _ new: String) -> EditTask {
    EditTask(path: path, before: before, text: text, after: before.replacing(old, with: new))
  }
}
