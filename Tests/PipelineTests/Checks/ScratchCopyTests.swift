@unsafe @preconcurrency import Glibc
import Pipeline
import SourceControl
import TestSupport
import Testing

@Suite struct ScratchCopyTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    try folder.write("a", to: "src/a.txt")
    try folder.write("#!/bin/sh\n", to: "run", mode: 0o755)
    try folder.write("state", to: ".autonomy/state.db")
    try folder.write("head", to: ".git/HEAD")
    unsafe symlink("src/a.txt", folder.appending("link"))
  }

  /// What a script prints in a copy.
  private func look(_ copy: ScratchCopy, _ script: String) async throws -> String {
    let request = ProcessRequest(
      arguments: ["sh", "-c", script],
      directory: copy.root,
      environment: ["PATH": "/usr/bin:/bin"],
      mergesStandardError: true
    )
    return try await ProcessRunner().run(request).output.text
  }

  @Test func holdsTheProjectButForOurFilesAndTheRepository() async throws {
    let seen = try await ScratchCopy.with(of: folder.path, replacing: [:]) { try await look($0, "find . | sort") }
    #expect(seen == ".\n./link\n./run\n./src\n./src/a.txt\n")
  }

  @Test func holdsAndRemovesFilesWhoseNamesAreNoText() async throws {
    folder.writeUnreadableName(in: "src")
    let seen = try await ScratchCopy.with(of: folder.path, replacing: [:]) {
      try await look($0, "LC_ALL=C ls -q src; stat -c %s src/caf*")
    }
    #expect(seen == "a.txt\ncaf?\n0\n")
    #expect(TemporaryDirectory.names(in: folder.appending(".autonomy/scratch")) == [])
  }

  @Test func keepsModesTimesAndLinks() async throws {
    let script = "stat -c '%n %a %Y %F' run src/a.txt; readlink link"
    let times = [timespec(tv_sec: 1_000_000, tv_nsec: 0), timespec(tv_sec: 1_000_000, tv_nsec: 0)]
    for name in ["run", "src/a.txt"] { unsafe utimensat(AT_FDCWD, folder.appending(name), times, 0) }
    let seen = try await ScratchCopy.with(of: folder.path, replacing: [:]) { try await look($0, script) }
    #expect(seen == "run 755 1000000 regular file\nsrc/a.txt 644 1000000 regular file\nsrc/a.txt\n")
  }

  @Test func replacesRemovesAndAddsFilesInTheCopyOnly() async throws {
    let changes: [ProjectPath: [UInt8]?] = [
      "src/a.txt": Array("b".utf8), "run": Array("#!/bin/sh\necho ran".utf8), "link": nil, "new/c": [99],
    ]
    let seen = try await ScratchCopy.with(of: folder.path, replacing: changes) {
      try await look($0, "cat src/a.txt new/c; ./run; ls")
    }
    #expect(seen == "bcran\nnew\nrun\nsrc\n")
    #expect(folder.text(of: "src/a.txt") == "a")
    #expect(folder.bytes(of: "new/c") == nil)
  }

  @Test func doesNotWriteThroughALinkOutOfTheCopy() async throws {
    let outside = try TemporaryDirectory()
    unsafe symlink(outside.path, folder.appending("out"))
    await #expect(throws: ScratchCopyError.self) {
      try await ScratchCopy.with(of: folder.path, replacing: ["out/file": [1]]) { _ in }
    }
    #expect(outside.bytes(of: "file") == nil)
  }

  @Test func isGoneAfterwards() async throws {
    let root = try await ScratchCopy.with(of: folder.path, replacing: [:]) { copy in
      _ = try await look(copy, "mkdir locked; touch locked/x; chmod 500 locked; mkdir ../$(basename $PWD).cache")
      return copy.root
    }
    #expect(unsafe access(root, F_OK) != 0)
    #expect(unsafe access(root + ".cache", F_OK) != 0)
  }

  @Test func isGoneAfterACancellation() async throws {
    let task = Task {
      try await ScratchCopy.with(of: folder.path, replacing: [:]) { copy in
        unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
        _ = try await look(copy, "sleep 60")
      }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    let left = try await ProcessRunner().run(
      ProcessRequest(arguments: ["/bin/ls", folder.appending(".autonomy/scratch")], directory: "/", environment: [:])
    )
    #expect(left.output.text == "")
    #expect(left.exitCode == 0)
  }

  @Test(.whereChecksAreShutIn) func runsChecksOfTheCopyShutIn() async throws {
    let sandbox = try #require(try await CheckFixtures.sandbox())
    let folder = try TemporaryDirectory()
    try folder.write("a", to: "project/src/a.txt")
    try folder.write("ref: refs/heads/main\n", to: "project/.git/HEAD")
    try folder.write("beside\n", to: "beside.txt")
    let project = folder.appending("project")
    let runner = CheckRunner(project: project, sandbox: sandbox, environment: CheckFixtures.environment)
    let script = """
      pwd; cat src/a.txt; touch built; cat \(project)/src/a.txt .git/HEAD; echo c >\(project)/src/a.txt; cat src/a.txt
      ls -A ..; echo x >.git/HEAD
      """
    let check = CheckDefinition(name: "c", arguments: ["sh", "-c", script])
    let result = try await ScratchCopy.with(of: project, replacing: ["src/a.txt": [98]]) { copy in
      try await runner.run(check, in: copy.root)
    }
    // It takes the project's place, and nothing is beside it.
    let seen = "\(project)\nbbref: refs/heads/main\nc\nproject\n"
    #expect(result.output.hasPrefix(seen), "\(result.output)")
    #expect(result.status == .failed)
    #expect(folder.text(of: "project/src/a.txt") == "a")
    #expect(folder.text(of: "project/.git/HEAD") == "ref: refs/heads/main\n")
    #expect(folder.bytes(of: "project/built") == nil)
  }

  @Test(.whereChecksAreShutIn) func everyCheckOfTheCopyMayAskTheRepository() async throws {
    let sandbox = try #require(try await CheckFixtures.sandbox())
    let runner = CheckRunner(project: folder.path, sandbox: sandbox, environment: CheckFixtures.environment)
    try folder.write("ref: refs/heads/main\n", to: ".git/HEAD")
    let check = CheckDefinition(name: "c", arguments: ["cat", ".git/HEAD"])
    let results = try await ScratchCopy.with(of: folder.path, replacing: [:]) { copy in
      [try await runner.run(check, in: copy.root), try await runner.run(check, in: copy.root)]
    }
    #expect(results.map(\.output) == ["ref: refs/heads/main\n", "ref: refs/heads/main\n"])
  }

  @Test(.whereChecksAreShutIn) func runsToolsOfTheCopyShutIn() async throws {
    try folder.write("#!/bin/sh\necho mine; command -v \"$0\"", to: ".venv/bin/tool", mode: 0o755)
    let sandbox = try #require(try await CheckFixtures.sandbox())
    let runner = CheckRunner(project: folder.path, sandbox: sandbox, environment: CheckFixtures.environment)
    let check = CheckDefinition(name: "c", arguments: ["./.venv/bin/tool"])
    let result = try await ScratchCopy.with(of: folder.path, replacing: [:]) { copy in
      try await runner.run(check, in: copy.root)
    }
    #expect(result.output.hasPrefix("mine\n\(folder.path)/"), "\(result.output)")
  }

  @Test func hasWhatToolsThatLookUpwardsEndAtBesideIt() async throws {
    let seen = try await ScratchCopy.with(of: folder.path, replacing: [:]) { copy in
      try await look(copy, "ls -A .. | head -n 2")
    }
    #expect(seen == ".mocharc.json\n.pytest.ini\n")
  }

  @Test(arguments: [(nil, false), ("[a]", true), ("[b]", false)] as [(String?, Bool)])
  func provesNothingWithTheSettingsOfCargoAboveTheCopy(content: String?, proves: Bool) async throws {
    try folder.write("[a]", to: ".cargo/config.toml")
    let runner = CheckRunner(project: folder.path, sandbox: .off, environment: CheckFixtures.environment)
    let arguments = ["echo", "test result: ok. 1 passed; 0 failed; 0 ignored"]
    let check = CheckDefinition(name: "cargo", arguments: arguments, convention: .cargo)
    let replaced: [ProjectPath: [UInt8]?] = [".cargo/config.toml": content.map { Array($0.utf8) }]
    let result = try await ScratchCopy.with(of: folder.path, replacing: replaced) { copy in
      try await runner.run(check, in: copy.root)
    }
    #expect(result.status == (proves ? .passed : .absent))
    #expect(result.note?.contains("'.cargo/config.toml'") == (proves ? nil : true))
    #expect(try await runner.run(check).status == .passed)
  }

  @Test func showsNoWorkspaceAboveTheCopyInTheOpen() async throws {
    try folder.write("go 1.19", to: "go.work")
    let runner = CheckRunner(project: folder.path, sandbox: .off, environment: CheckFixtures.environment)
    let check = CheckDefinition(name: "c", arguments: ["sh", "-c", "echo \"work: $GOWORK\""])
    for (content, seen) in [(nil, "work: off\n"), (Array("go 1.19".utf8), "work: \n")] as [([UInt8]?, String)] {
      let result = try await ScratchCopy.with(of: folder.path, replacing: ["go.work": content]) { copy in
        try await runner.run(check, in: copy.root)
      }
      #expect(result.output == seen)
    }
    #expect(try await runner.run(check).output == "work: \n")
  }
}
