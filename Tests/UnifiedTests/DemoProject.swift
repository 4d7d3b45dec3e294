import JSON
import Pipeline
import TestSupport

/// The bundled demo project, with a model that does each of its steps in one answer.
struct DemoProject {
  private static let folder: String = {
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/demo"
  }()

  /// Runs it, with the model's rules changed by `change`.
  static func run(seed: Int, _ change: ([JSONValue]) -> [JSONValue]) async throws -> (ResultEvent, TestProject) {
    let project = try TestProject(SampleProject.files(below: "\(folder)/project"))
    let scenario = try JSONValue(parsing: SampleProject.text(of: "\(folder)/scenario.json"))
    var steps: [(when: JSONValue, calls: [JSONValue])] = []
    for rule in scenario["rules"]?.array ?? [] {
      var when: JSONObject = ["phase": rule["when"]?["phase"] ?? .null]
      when["task"] = rule["when"]?["task"]
      let calls = try (rule["reply"]?["tool_calls"]?.array ?? []).map(resolved).filter { call in
        !["read_file", "run_check"].contains(call["name"]?.string)
      }
      if let last = steps.indices.last, steps[last].when == .object(when) {
        steps[last].calls += calls
      } else {
        steps.append((.object(when), calls))
      }
    }
    let rules = steps.map { TestProject.rule($0.when, $0.calls) }
    let overrides = ["limits.check_time=60s", "limits.first_token=10s", "limits.step_model_calls=40"]
    let result = try await project.run(
      change(rules),
      wellBehaved: false,
      seed: seed,
      overrides: overrides,
      environment: ["PATH": TestEnvironment.path, "HOME": "/root"]
    )
    return (result, project)
  }

  /// A value with `{"$file": …}` replaced by what the file holds.
  private static func resolved(_ value: JSONValue) throws -> JSONValue {
    switch value {
    case .object(let object):
      if let file = object["$file"]?.string { return .string(try SampleProject.text(of: "\(folder)/\(file)")) }
      return .object(JSONObject(try object.map { ($0.key, try resolved($0.value)) }))
    case .array(let values): return .array(try values.map(resolved))
    default: return value
    }
  }
}
