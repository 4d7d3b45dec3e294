import Pipeline
import SourceControl
import Synchronization

/// The checks of a record: they show what they showed, and leave behind what they left behind; nothing is run.
struct ReplayChecks: CheckRunning {
  let tape: ReplayTape
  let project: String

  func discover(in root: String?) async throws -> [CheckDefinition] {
    if root != nil { return try await copyChecks() }
    do throws(ReplayTape.Stop) {
      return try await tape.checks()
    } catch {
      throw CancellationError()
    }
  }

  private func copyChecks() async throws -> [CheckDefinition] {
    do throws(ReplayTape.Stop) {
      return try await tape.take("the checks of a copy") { item, _ in
        if case .copyChecks(let checks) = item { checks } else { nil }
      }
    } catch {
      throw CancellationError()
    }
  }

  func run(_ check: CheckDefinition, in root: String?) async throws -> CheckResult {
    let found: Result<RecordedCheck, StepStop>
    do throws(ReplayTape.Stop) {
      found = try await tape.take("the check '\(check.name)'") { item, _ in
        switch item {
        case .check(let recorded) where recorded.result.name == check.name: .success(recorded)
        case .exhausted(let exhausted): .failure(.budget(exhausted))
        default: nil
        }
      }
    } catch {
      throw CancellationError()
    }
    let recorded = try found.get()
    if root == nil { try leave(recorded.files, of: check) }
    return recorded.result
  }

  private func leave(_ files: [RecordedFile], of check: CheckDefinition) throws {
    try tape.write(files.filter { $0.id == nil || $0.isKept }, "The check '\(check.name)' left", in: project)
    // What is too large to be on record is there, and seldom looked at; if it is, the next request is another.
    for file in files where file.id != nil && !file.isKept {
      if FileKind.ofEntry("\(project)/\(file.path)") == nil { try CopiedTree.replace(file.path, in: project, with: []) }
    }
  }
}

/// Checks of a record need no copy to run in.
struct ReplayCopies: ProjectCopying {
  let project: String

  func withCopy<T: Sendable>(
    replacing contents: [ProjectPath: [UInt8]?],
    _ body: (String) async throws -> T
  ) async throws -> T {
    try await body(project)
  }
}

/// The searches of a record.
struct ReplaySearch: LineSearching {
  let tape: ReplayTape

  func lines(
    matching pattern: String,
    in files: [ProjectPath],
    of root: String,
    most: Int
  ) async throws(ToolError) -> FoundLines {
    let recorded: RecordedSearch
    do throws(ReplayTape.Stop) {
      recorded = try await tape.take("the lines that match '\(pattern)'") { item, _ in
        guard case .search(let search) = item, search.pattern == pattern else { return nil }
        return search
      }
    } catch {
      throw .cancelled
    }
    if let found = recorded.found { return found }
    throw .respondToModel(recorded.complaint ?? "")
  }
}
