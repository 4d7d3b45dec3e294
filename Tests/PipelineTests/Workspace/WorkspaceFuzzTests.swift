@unsafe @preconcurrency import Glibc
import Pipeline
import SourceControl
import Synchronization
import TestSupport
import Testing

@Suite struct WorkspaceFuzzTests {
  private let folder: TemporaryDirectory
  private let outside: TemporaryDirectory
  private let workspace: Workspace

  init() throws {
    folder = try TemporaryDirectory()
    outside = try TemporaryDirectory()
    try outside.write("secret", to: "f")
    try outside.write("secret", to: "d/f")
    try folder.write("inside", to: "f")
    try folder.write("inside", to: "d/f")
    try folder.write("secret", to: ".git/f")
    try folder.write("secret", to: ".autonomy/f")
    let links = [
      (outside.path, "out"), ("../..", "up"), (".", "here"), ("d", "in"), ("here/in/../out", "chain"),
      (".git", "git"), (folder.path, "whole"), (outside.appending("f"), "d/leak"), ("../../etc", "d/etc"),
      ("/", "root"),
    ]
    for (target, path) in links { unsafe symlink(target, folder.appending(path)) }
    workspace = try Workspace(root: folder.path)
  }

  /// What the system makes of a path: the content it shows, if the file lies in the project and is not closed.
  private func allowed(_ path: String) -> String? {
    guard let real = unsafe realpath(folder.appending(path), nil) else { return nil }
    defer { unsafe free(real) }
    let place = unsafe String(cString: real)
    guard place.hasPrefix(folder.path + "/") else { return nil }
    let below = String(place.dropFirst(folder.path.utf8.count + 1))
    return below.hasPrefix(".git") || below.hasPrefix(".autonomy") ? nil : folder.text(of: below)
  }

  @Test func showsWhatLiesInsideAndNothingElse() async throws {
    let pieces = [
      "f", "d", "out", "up", "here", "in", "chain", "git", "whole", "leak", "etc", "root", ".", ".git", ".autonomy",
      "absent",
    ]
    var shown = 0
    for round in 0..<2000 {
      // Four digits to the base of the number of pieces: every short path comes up, and many long ones.
      var number = round &* 2_654_435_761
      var components: [String] = []
      for _ in 0...(round % 5) {
        components.append(pieces[number % pieces.count])
        number /= pieces.count
      }
      let path = components.joined(separator: "/") + (round % 3 == 0 ? "/f" : "")
      let contents: FileContents?
      do throws(WorkspaceError) {
        contents = try await workspace.contents(of: workspace.path(path))
      } catch {
        // The system also follows a way that leaves the project and comes back.
        let comesBack = path.contains("root") || path.contains("up")
        #expect(error.code == .notAFile || comesBack || allowed(path) == nil, "\(path): \(error)")
        continue
      }
      guard let text = contents?.text else { continue }
      shown += 1
      #expect(text == "inside", "\(path)")
      // A dot at the end is dropped as a slip of the pen; the system takes it for a folder.
      #expect(path.hasSuffix("/.") || text == allowed(path), "\(path)")
    }
    #expect(shown > 50)
  }

  @Test func staysInsideWhileLinksComeAndGo() async throws {
    try folder.write("inside", to: "real/f")
    let isDone = Atomic(false)
    let swap = folder.appending("swap")
    let real = folder.appending("real")
    let swapper = Task.detached { [outside] in
      while !isDone.load(ordering: .relaxed) {
        unsafe rename(real, swap)
        unsafe symlink(outside.path, real)
        await Task.yield()
        unsafe unlink(real)
        unsafe rename(swap, real)
        await Task.yield()
        usleep(200)
      }
    }
    var successes = 0
    var rounds = 0
    // On a busy machine the folder may be away whenever it is looked at, for a while.
    while rounds < 200 || successes == 0 && rounds < 20_000 {
      let round = rounds
      rounds += 1
      let contents = try? await workspace.contents(of: "real/f")
      #expect(contents?.text != "secret")
      let new = Array("inside \(round)".utf8)
      let empty = try ObjectID(blob: [])
      let change = FileChange(
        path: "real/f",
        before: contents?.id ?? empty,
        after: try ObjectID(blob: new),
        content: new
      )
      if (try? await workspace.apply(change)) != nil { successes += 1 }
      let creation = FileChange(
        path: ProjectPath(stringLiteral: "real/new\(round)"),
        before: nil,
        after: nil,
        content: []
      )
      _ = try? await workspace.apply(creation)
    }
    isDone.store(true, ordering: .relaxed)
    await swapper.value
    #expect(outside.text(of: "f") == "secret")
    #expect((0..<rounds).allSatisfy { outside.bytes(of: "new\($0)") == nil })
    #expect(successes > 0)
  }
}
