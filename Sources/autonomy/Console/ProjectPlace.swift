@unsafe @preconcurrency import Glibc
import Pipeline
import Unified

/// The way from what the user typed to the folder of a project.
enum ProjectPlace {
  /// The absolute path of the project's folder without symbolic links; throws where it is none.
  static func folder(_ name: String, _ console: Console) throws -> String {
    let path = console.path(name)
    guard let resolved = unsafe realpath(path, nil) else {
      let reason = errno == ENOENT ? "does not exist" : "cannot be opened: \(unsafe String(cString: strerror(errno)))"
      throw Refusal(.configuration, "The folder '\(path)' \(reason). Give the folder of a project.")
    }
    defer { unsafe free(resolved) }
    let folder = unsafe String(cString: resolved)
    var status = stat()
    guard unsafe stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw Refusal(.configuration, "'\(path)' is a file and no folder. Give the folder of a project.")
    }
    return folder
  }

  /// The folder as `folder` gives it, after a rollback was ended that somebody interrupted.
  static func settled(_ name: String, _ console: Console) async throws -> String {
    let folder = try folder(name, console)
    switch try await InterruptedRollback(project: folder).finish(environment: console.environment) {
    case nil: break
    case .completed(let rescued):
      let moved = rescued.isEmpty ? "" : " \(EventText.moved(rescued))."
      console.note("A rollback that was interrupted has been carried to its end.\(moved)")
    case .takenBack(let reason): console.note("\(console.style.warning) \(reason)")
    }
    return folder
  }

  /// The folder for a command that only reads, with what keeps an interrupted rollback from being ended.
  static func readable(_ name: String, _ console: Console) async throws -> (folder: String, trouble: String?) {
    do {
      return (try await settled(name, console), nil)
    } catch let refusal as RunRefusal {
      return (try folder(name, console), refusal.description)
    }
  }

  /// The folder for a command that only reads, which says what keeps an interrupted rollback from being ended.
  static func toRead(_ name: String, _ console: Console) async throws -> String {
    let (folder, trouble) = try await readable(name, console)
    if let trouble { console.note("\(console.style.warning) \(trouble)") }
    return folder
  }

  static func exists(_ path: String) -> Bool {
    unsafe access(path, F_OK) == 0
  }
}
