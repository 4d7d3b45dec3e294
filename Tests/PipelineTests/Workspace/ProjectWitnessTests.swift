@unsafe @preconcurrency import Glibc
import Pipeline
import SourceControl
import Synchronization
import TestSupport
import Testing

/// What is heard of by whoever is there when somebody looks at a project.
@Suite struct ProjectWitnessTests {
  private final class Witness: ProjectWitness {
    private let heard = Mutex<[(path: ProjectPath, text: String?)]>([])

    var wantsNews: Bool { true }

    func beforeLook() {}

    func found(_ files: [(path: ProjectPath, version: FileVersion?)], bytes: (ProjectPath, FileVersion) -> [UInt8]?) {
      for (path, version) in files {
        let text = version.flatMap { bytes(path, $0) }.map { String(decoding: $0, as: UTF8.self) }
        heard.withLock { $0.append((path, text)) }
      }
    }

    /// What was heard since it was asked last, one file a line.
    func take() -> [String] {
      heard.withLock { heard in
        defer { heard = [] }
        return heard.map { "\($0.path): \($0.text ?? "-")" }
      }
    }
  }

  private let folder: TemporaryDirectory
  private let witness = Witness()
  private let workspace: Workspace

  init() async throws {
    folder = try TemporaryDirectory()
    try folder.write("one", to: "a")
    try folder.write("run", to: "tool", mode: 0o755)
    try folder.write("*.log\n", to: ".gitignore")
    workspace = try Workspace(root: folder.path, witness: witness)
    _ = try await workspace.tree()
  }

  @Test func whatDidNotChangeIsNoNews() async throws {
    _ = try await workspace.contents(of: "a")
    _ = try await workspace.contents(of: "tool")
    _ = try await workspace.location(of: "b")
    _ = try await workspace.files()
    #expect(witness.take() == [])
  }

  @Test func whatChangedIsHeardOnce() async throws {
    try folder.write("two", to: "a")
    try folder.write("new", to: "b")
    _ = try await workspace.contents(of: "a")
    _ = try await workspace.contents(of: "a")
    #expect(witness.take() == ["a: two"])
    _ = try await workspace.files()
    #expect(witness.take() == ["b: new"])
    TemporaryDirectory.remove(folder.appending("b"))
    _ = try await workspace.location(of: "b")
    _ = try await workspace.tree()
    #expect(witness.take() == ["b: -"])
  }

  @Test func whatIsChangedBackIsHeardAgain() async throws {
    try folder.write("two", to: "a")
    _ = try await workspace.contents(of: "a")
    try folder.write("one", to: "a")
    _ = try await workspace.tree()
    #expect(witness.take() == ["a: two", "a: one"])
  }

  @Test func whatTheRunWritesIsNoNews() async throws {
    let id = try ObjectID(blob: Array("two".utf8))
    let before = try await workspace.contents(of: "a")?.id
    try await workspace.apply(FileChange(path: "a", before: before, after: id, content: Array("two".utf8)))
    try await workspace.apply(FileChange(path: "b", before: nil, after: id, content: Array("two".utf8)))
    _ = try await workspace.contents(of: "b")
    _ = try await workspace.tree()
    #expect(witness.take() == [])
  }

  @Test func whatIsInTheWayOfAChangeIsHeard() async throws {
    try folder.write("mine", to: "b")
    let change = FileChange(path: "b", before: nil, after: try ObjectID(blob: []), content: [])
    await #expect(throws: WorkspaceError.self) { try await workspace.apply(change) }
    #expect(witness.take() == ["b: mine"])
  }

  @Test func anIgnoredFileIsHeardOfWhenItIsRead() async throws {
    try folder.write("text", to: "x.log")
    _ = try await workspace.tree()
    #expect(witness.take() == [])
    _ = try await workspace.contents(of: "x.log")
    #expect(witness.take() == ["x.log: text"])
    // It is there still, though no listing has it.
    _ = try await workspace.tree()
    #expect(witness.take() == [])
  }

  @Test func whatIsOfNoConcernIsHeardOfWhenItIsRead() async throws {
    try folder.write("text", to: "made")
    _ = try await workspace.tree(ignoring: ["made"])
    _ = try await workspace.files()
    #expect(witness.take() == [])
    _ = try await workspace.contents(of: "made")
    #expect(witness.take() == ["made: text"])
  }

  @Test func aLinkOnTheWayIsHeard() async throws {
    unsafe symlink("a", folder.path + "/way")
    #expect(try await workspace.contents(of: "way")?.path == "a")
    #expect(witness.take() == ["way: a"])
    _ = try await workspace.tree()
    #expect(witness.take() == [])
  }

  @Test func whatTookThePlaceOfAFileIsHeard() async throws {
    TemporaryDirectory.remove(folder.appending("a"))
    try folder.write("inside", to: "a/b")
    await #expect(throws: WorkspaceError.self) { _ = try await workspace.contents(of: "a") }
    #expect(witness.take() == ["a: -", "a/b: inside"])
  }
}
