import JSON
import SourceControl

/// Takes a plan, if it holds.
package struct PlanTasksHandler: ToolHandler {
  /// How many tasks a plan may have where nothing else is said.
  package static let usualTasks = 100

  private let mostTasks: Int
  package let specification: ToolSpecification

  /// Takes the most tasks that a plan may have.
  package init(mostTasks: Int = usualTasks) {
    self.mostTasks = mostTasks
    specification = Self.specification(mostTasks)
  }

  private static func specification(_ mostTasks: Int) -> ToolSpecification {
    ToolSpecification(
      name: "plan_tasks",
      description: "Hand in the plan: all tasks, in a sensible order, each with the files it will create or change.",
      parameters: [
        ToolParameter(
          "tasks",
          .list(
            of: .record([
              ToolParameter("description", .text, description: "What to do, and how one sees that it is done."),
              ToolParameter(
                "target_files",
                .list(of: .text),
                description: "The files to create or change; no folders."
              ),
              ToolParameter(
                "depends_on",
                .list(of: .integer(1...mostTasks)),
                isRequired: false,
                description: "Positions in this list, from 1, of the tasks that must be done before."
              ),
              ToolParameter(
                "priority",
                .integer(1...100),
                isRequired: false,
                description: "1 to 100, lower first; 50 if not given."
              ),
            ])
          ),
          description: "1 to \(mostTasks) tasks."
        )
      ],
      phases: [.planning],
      example: [
        "tasks": [
          ["description": "Write the parser for numbers.", "target_files": ["src/parser.c"]],
          ["description": "Print what was parsed.", "target_files": ["src/main.c"], "depends_on": [1], "priority": 60],
        ]
      ]
    )
  }

  package func answer(_ arguments: ToolArguments, in context: ToolContext) async throws(ToolError) -> ToolAnswer {
    let records = arguments.records("tasks")
    guard (1...mostTasks).contains(records.count) else {
      throw .respondToModel("A plan has 1 to \(mostTasks) tasks; this one has \(records.count). Join small ones.")
    }
    var tasks: [PlannedTask] = []
    var reasons: [String] = []
    for (index, record) in records.enumerated() {
      var targets: [ProjectPath] = []
      let names = record.texts("target_files")
      if names.isEmpty { reasons.append("Task \(index + 1) has no target file.") }
      for name in names {
        switch try await target(name, in: context) {
        case .path(let path): if !targets.contains(path) { targets.append(path) }
        case .refused(let reason): reasons.append("Task \(index + 1): \(reason)")
        }
      }
      tasks.append(
        PlannedTask(
          description: record.text("description"),
          targets: targets,
          dependsOn: record.integers("depends_on").uniqued(),
          priority: record.optionalInteger("priority") ?? 50
        )
      )
    }
    reasons += PlanCheck.reasons(against: tasks)
    guard reasons.isEmpty else {
      throw .respondToModel("The plan was not accepted.\n" + reasons.map { "- \($0)" }.joined(separator: "\n"))
    }
    return ToolAnswer(
      "The plan was accepted: \(tasks.count) \(tasks.count == 1 ? "task" : "tasks").",
      effect: .plan(tasks)
    )
  }

  private enum Target {
    case path(ProjectPath)
    case refused(String)
  }

  /// A target by its place in the project; a reason if it cannot be one.
  private func target(_ name: String, in context: ToolContext) async throws(ToolError) -> Target {
    if name.hasSuffix("/") { return .refused("'\(name)' is a folder; name the files in it.") }
    let location: FileLocation
    do throws(ToolError) {
      location = try await context.location(of: name)
    } catch .respondToModel(let reason) {
      return .refused(reason)
    } catch {
      throw error
    }
    if let refusal = context.workspace.refusalToWrite(location.path) { return .refused(refusal.message) }
    switch location.kind {
    case .folder: return .refused("'\(name)' is a folder; name the files in it.")
    case .special: return .refused("'\(name)' is no regular file.")
    case .missing: return .path(location.path)
    case .file: break
    }
    do throws(ToolError) {
      _ = try await context.contents(of: name)
    } catch .respondToModel(let reason) {
      return .refused("\(reason) What cannot be read cannot be a target.")
    } catch {
      throw error
    }
    return .path(location.path)
  }
}

extension [Int] {
  fileprivate func uniqued() -> [Int] {
    var seen: Set<Int> = []
    return filter { seen.insert($0).inserted }
  }
}
