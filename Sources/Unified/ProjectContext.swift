import Pipeline
import SourceControl

/// What a model is told of a project outside of a run: its plan and its own instructions, as far as they are there.
struct ProjectContext {
  /// The documents with titles, or nothing; each is cut, with a note, where it has more than `limit` bytes.
  let text: String

  /// Reads the documents; what the user hides from models is left out.
  init(_ workspace: Workspace, limit: Int) async throws {
    var sections: [String] = []
    for (name, title) in [("AGENTS.md", "The project's own instructions"), (Coordinator.planName, "The plan")] {
      do {
        guard let contents = try await workspace.contents(of: try ProjectPath(name)), !contents.bytes.isEmpty else {
          continue
        }
        sections.append("# \(title) (\(name))\n\n\(Self.cut(contents.bytes, to: limit))")
      } catch let error as WorkspaceError where error.code == .hidden {
        continue
      } catch let error as WorkspaceError {
        throw RunRefusal(.configuration, "'\(name)' cannot be read: \(error)")
      }
    }
    text = sections.joined(separator: "\n\n")
  }

  /// The whole lines of the text's beginning.
  private static func cut(_ bytes: [UInt8], to limit: Int) -> String {
    guard bytes.count > limit else { return String(decoding: bytes, as: UTF8.self) }
    let end = bytes[..<limit].lastIndex(of: UInt8(ascii: "\n")) ?? limit
    return String(decoding: bytes[..<end], as: UTF8.self) + "\n[\(bytes.count - end) more bytes were left out here.]"
  }
}
