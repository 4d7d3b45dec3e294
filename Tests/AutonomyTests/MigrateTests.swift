import JSON
import TestSupport
import Testing

@testable import autonomy

/// The migration as the user sees it.
@Suite struct MigrateTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
  }

  @Test func showsTheStageAndHowToGoOn() async {
    let first = await Invocation("migrate", in: folder.path)
    #expect(first.output.hasPrefix("Stage: parallel"))
    #expect(first.output.contains("'autonomy compare --phases qa' gives evidence for 'qa'."))
    let refused = await Invocation("migrate", "promote", "qa", in: folder.path)
    #expect(refused.exitCode == 2)
    #expect(refused.errors.contains("There is no comparison of it."))
    #expect(await Invocation("migrate", "promote", "qa", "--force", in: folder.path).exitCode == 0)
    let second = await Invocation("migrate", in: folder.path)
    #expect(second.output.hasPrefix("Stage: gradual"))
    #expect(second.output.contains("without evidence; no run since"))
    #expect(second.output.contains("'autonomy compare --phases qa,debugging' gives evidence for 'debugging'."))
    #expect(await Invocation("migrate", "default", "orchestrated", in: folder.path).exitCode == 2)
    #expect(await Invocation("migrate", "default", "orchestrated", "--force", in: folder.path).exitCode == 0)
    #expect(await Invocation("migrate", in: folder.path).output.hasPrefix("Stage: full"))
    #expect(await Invocation("migrate", "demote", "qa", in: folder.path).exitCode == 0)
    let json = try? await Invocation("migrate", "status", "--json", in: folder.path).result
    #expect(json?["stage"] == "full")
    #expect(json?["phases"]?.array?.filter { $0.object?["orchestrated"] == true }.count == 4)
  }

  @Test func anUnknownPhaseIsNamed() async {
    let wrong = await Invocation("migrate", "promote", "deploying", in: folder.path)
    #expect(wrong.exitCode == 2)
    #expect(wrong.errors.contains("'deploying' is no phase. The phases are 'planning'"))
  }
}
