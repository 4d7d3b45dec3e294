import TestSupport

@testable import Pipeline

/// A project and a home folder of one test's own, from which a configuration is loaded.
struct ConfigurationFolder {
  let directory: TemporaryDirectory

  init(project: String? = nil, user: String? = nil) throws {
    directory = try TemporaryDirectory()
    try directory.write("", to: "project/MASTER_PLAN.md")
    if let project { try directory.write(project, to: "project/autonomy.json") }
    if let user { try directory.write(user, to: "home/.config/autonomy/config.json") }
  }

  func load(
    environment: [String: String] = [:],
    _ options: String...
  ) throws(ConfigurationError) -> Configuration {
    var overrides: [ConfigurationOverride] = []
    for option in options { overrides.append(try ConfigurationOverride(option)) }
    return try Configuration.load(
      project: directory.appending("project"),
      environment: ["HOME": directory.appending("home")].merging(environment) { $1 },
      overrides: overrides
    )
  }

  /// The problems found, with the names of the files shortened.
  func problems(environment: [String: String] = [:], _ option: String? = nil) -> [String] {
    do throws(ConfigurationError) {
      if let option {
        _ = try load(environment: environment, option)
      } else {
        _ = try load(environment: environment)
      }
      return []
    } catch {
      return error.problems.map {
        $0.replacing(directory.appending("project/"), with: "").replacing(directory.appending("home/"), with: "~/")
      }
    }
  }
}
