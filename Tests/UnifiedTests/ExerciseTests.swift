@unsafe @preconcurrency import Glibc
import Pipeline
import TestSupport
import Testing

/// Real exercises with real tests, developed from their plans by a model that is wrong at first.
@Suite struct ExerciseTests {
  static let names = [
    "affine-cipher", "grade-school", "list-ops", "phone-number", "pig-latin", "proverb", "two-bucket",
    "variable-length-quantity",
  ]

  /// The folder of exercises beside the checkout, if it is there.
  static let folder: String? = {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let folder = "/\(root)/../shared/data/projects"
    return unsafe access(folder, R_OK) == 0 ? folder : nil
  }()

  @Test(.enabled(if: folder != nil, "The exercises in '../shared/data/projects' are not there."), arguments: names)
  func isDevelopedToAVerdictThatHolds(name: String) async throws {
    let exercise = try Exercise(name)
    let (result, project) = try await exercise.run()
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(result.checks.values.contains("passed"))
    #expect(project.folder.text(of: exercise.target) == exercise.solution)
    for (file, text) in exercise.files where file != exercise.target { #expect(project.folder.text(of: file) == text) }
    #expect(Set(project.folder.names()) == Set(exercise.files.keys).union([".autonomy"]))
    let phases = project.sink.events.compactMap { if case .phaseFinished(let e) = $0.event { e } else { nil } }
    #expect(phases.map(\.result) == ["planned", "coded", "rejected", "fixed", "approved", "documented"])
  }
}
