import FoundationEssentials
@unsafe @preconcurrency import Glibc
import SourceControl
import TestSupport
import Testing

/// Rollbacks that the system does not allow: they are refused as a whole, or taken back.
@Suite struct RestoreRefusalTests {
  /// One in which nobody else may write, and one in which everybody may, but keeps their own.
  @Test(
    .asSuperuser,
    arguments: [("theirs", 0o755, "the folder 'theirs'"), ("shared", 0o1777, "only its owner")]
      as [(String, mode_t, String)]
  )
  func refusesWhatIsSomebodyElsesInTheirFolder(_ name: String, _ mode: mode_t, _ reason: String) async throws {
    let project = try OrdinaryUser.project()
    await #expect(processExitsWith: .success) {
      [path = project.path as String, name = name as String, mode = mode as mode_t, reason = reason as String] in
      OrdinaryUser.become()
      try OrdinaryUser.write("one\n", to: "\(path)/a")
      try OrdinaryUser.asRoot {
        unsafe mkdir("\(path)/\(name)", 0o755)
        unsafe chmod("\(path)/\(name)", mode)
        try OrdinaryUser.write("one\n", to: "\(path)/\(name)/f")
      }
      let store = try OrdinaryUser.open(path)
      let target = try store.snapshot(SnapshotLabel("Target"))
      try OrdinaryUser.write("two\n", to: "\(path)/a")
      try OrdinaryUser.asRoot { try OrdinaryUser.write("two\n", to: "\(path)/\(name)/f") }
      OrdinaryUser.expectRefusal(of: "\(name)/f", reason, target, store, in: path)
    }
  }

  @Test(.asSuperuser) func keepsThePermissionsOfTheProjectsOwnFolder() async throws {
    let project = try OrdinaryUser.project()
    await #expect(processExitsWith: .success) { [path = project.path as String] in
      OrdinaryUser.become()
      try OrdinaryUser.write("one\n", to: "\(path)/a")
      let store = try OrdinaryUser.open(path)
      let target = try store.snapshot(SnapshotLabel("Target"))
      try OrdinaryUser.write("two\n", to: "\(path)/a")
      unsafe chmod(path, 0o555)
      let plan = try store.proposeRestore(to: target, label: SnapshotLabel("Safety")).plan()
      try store.stage(plan)
      _ = try store.apply(plan)
      var status = stat()
      #expect(unsafe lstat(path, &status) == 0 && status.st_mode & 0o7777 == 0o555)
      unsafe chmod(path, 0o755)
    }
  }

  @Test(.asSuperuser) func refusesPermissionsOfAFileThatIsSomebodyElses() async throws {
    let project = try OrdinaryUser.project()
    await #expect(processExitsWith: .success) { [path = project.path as String] in
      OrdinaryUser.become()
      try OrdinaryUser.write("one\n", to: "\(path)/a")
      try OrdinaryUser.asRoot {
        try OrdinaryUser.write("one\n", to: "\(path)/f")
        unsafe chmod("\(path)/f", 0o644)
      }
      let store = try OrdinaryUser.open(path)
      let target = try store.snapshot(SnapshotLabel("Target"))
      try OrdinaryUser.write("two\n", to: "\(path)/a")
      OrdinaryUser.asRoot { _ = unsafe chmod("\(path)/f", 0o664) }
      OrdinaryUser.expectRefusal(of: "f", "only its owner", target, store, in: path)
    }
  }

  @Test(.whereFilesCanBeImmutable, arguments: ["src", "src/f"])
  func refusesWhatIsImmutable(_ place: String) throws {
    let project = try TemporaryDirectory()
    try project.write("*\n", to: ".autonomy/.gitignore")
    for path in ["a", "src/f"] { try project.write("one\n", to: path) }
    let store = try OrdinaryUser.open(project.path)
    let target = try store.snapshot(SnapshotLabel("Target"))
    for path in ["a", "src/f"] { try project.write("two\n", to: path) }
    try #require(unsafe system("chattr +i '\(project.appending(place))'") == 0)
    defer { _ = unsafe system("chattr -i '\(project.appending(place))'") }
    OrdinaryUser.expectRefusal(of: "src/f", "'\(place)' is immutable", target, store, in: project.path)
  }

  @Test(.whereFoldersCanBeMounted, arguments: [false, true])
  func refusesAFolderOfAnotherMount(isReadOnly: Bool) async throws {
    let project = try TemporaryDirectory()
    await #expect(processExitsWith: .success) { [path = project.path as String, isReadOnly = isReadOnly as Bool] in
      unsafe mkdir("\(path)/.autonomy", 0o755)
      unsafe mkdir("\(path)/src", 0o755)
      for name in ["a", "src/f"] { try OrdinaryUser.write("one\n", to: "\(path)/\(name)") }
      let store = try OrdinaryUser.open(path)
      let target = try store.snapshot(SnapshotLabel("Target"))
      for name in ["a", "src/f"] { try OrdinaryUser.write("two\n", to: "\(path)/\(name)") }
      let mount = "mount --bind '\(path)/src' '\(path)/src'"
      let remount = isReadOnly ? " && mount -o remount,bind,ro '\(path)/src'" : ""
      try #require(unsafe system(mount + remount) == 0)
      defer { _ = unsafe system("umount '\(path)/src'") }
      let reason = isReadOnly ? "can only be read" : "on another file system"
      OrdinaryUser.expectRefusal(of: "src/f", reason, target, store, in: path)
    }
  }

  @Test(.asSuperuser) func namesAPackThatMayNotBeRead() async throws {
    let project = try OrdinaryUser.project()
    await #expect(processExitsWith: .success) { [path = project.path as String] in
      OrdinaryUser.become()
      try OrdinaryUser.write("one\n", to: "\(path)/a")
      _ = try OrdinaryUser.open(path).snapshot(SnapshotLabel("One"))
      OrdinaryUser.asRoot { _ = unsafe system("chown root '\(path)'/.autonomy/checkpoints/objects/pack/*.pack") }
      let error = #expect(throws: SnapshotError.self) { try OrdinaryUser.open(path) }
      let text = error.map { "\($0)" } ?? ""
      #expect(text.contains(".pack'") && text.contains("Permission denied"), "\(text)")
    }
  }

  @Test func aFolderThatMayNotBeWrittenKeepsItsPermissions() async throws {
    let project = try OrdinaryUser.project()
    await #expect(processExitsWith: .success) { [path = project.path as String] in
      OrdinaryUser.become()
      unsafe mkdir("\(path)/ro", 0o755)
      try OrdinaryUser.write("one\n", to: "\(path)/ro/f")
      try OrdinaryUser.write("one\n", to: "\(path)/ro/gone")
      unsafe chmod("\(path)/ro", 0o555)
      let store = try OrdinaryUser.open(path)
      let before = FolderImage(of: path)
      let target = try store.snapshot(SnapshotLabel("Target"))
      unsafe chmod("\(path)/ro", 0o755)
      try OrdinaryUser.write("two\n", to: "\(path)/ro/f")
      unsafe unlink("\(path)/ro/gone")
      unsafe mkdir("\(path)/ro/new", 0o755)
      unsafe chmod("\(path)/ro", 0o555)
      let proposal = try store.proposeRestore(to: target, label: SnapshotLabel("Safety"))
      #expect(proposal.changes.map(\.path) == ["ro/f", "ro/gone"])
      try store.stage(proposal.plan())
      #expect(try store.apply(proposal.plan()).isExact)
      #expect(FolderImage(of: path).differences(from: before) == [])
    }
  }
}

/// A process that is the superuser's and acts as an ordinary user, who owns the project.
enum OrdinaryUser {
  private static let id: uid_t = 65_534

  /// Makes a project's folder that belongs to the ordinary user.
  static func project() throws -> TemporaryDirectory {
    let project = try TemporaryDirectory()
    project.makeFolder(".autonomy")
    for path in [project.path, project.appending(".autonomy")] where Superuser.isThere { unsafe chown(path, id, id) }
    return project
  }

  static func become() {
    if getuid() == 0 { seteuid(id) }
  }

  static func asRoot(_ body: () throws -> Void) rethrows {
    seteuid(0)
    defer { become() }
    try body()
  }

  static func open(_ project: String) throws -> SnapshotStore {
    try SnapshotStore(root: project, folder: project + "/.autonomy/checkpoints")
  }

  /// Writes a file in place, as the one who acts at the moment.
  static func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path))
  }

  /// Expects that a rollback is refused for one path before anything was touched.
  static func expectRefusal(
    of path: String,
    _ reason: String,
    _ target: SourceControl.Snapshot,
    _ store: SnapshotStore,
    in project: String
  ) {
    let before = FolderImage(of: project)
    let error = #expect(throws: SnapshotError.self) {
      let plan = try store.proposeRestore(to: target, label: SnapshotLabel("Safety")).plan()
      try store.stage(plan)
      _ = try store.apply(plan)
    }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains("'\(path)'") && text.contains(reason) && text.contains("Nothing was changed"), "\(text)")
    #expect(FolderImage(of: project).differences(from: before) == [])
    #expect(FolderImage.names(in: Array("\(project)/.autonomy/checkpoints/restore".utf8)).isEmpty)
  }
}
