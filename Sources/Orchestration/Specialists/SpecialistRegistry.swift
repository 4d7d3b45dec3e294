import JSON
package import Pipeline

/// The specialists of a run, and the tools by which the arbiter consults them.
package struct SpecialistRegistry: Sendable {
  private let specialists: [SpecialistRole: any Specialist]
  /// The roles that can be consulted, in a fixed order.
  package let roles: [SpecialistRole]
  /// The arbiter's tools for consulting, in a fixed order.
  package let tools: [ToolDefinition]

  package init(_ specialists: [any Specialist]) {
    self.specialists = Dictionary(specialists.map { ($0.role, $0) }) { first, _ in first }
    roles = SpecialistRole.allCases.filter { role in specialists.contains { $0.role == role } }
    tools = roles.map { Self.tool(for: $0) }
  }

  package subscript(role: SpecialistRole) -> (any Specialist)? { specialists[role] }

  private static func tool(for role: SpecialistRole) -> ToolDefinition {
    ToolDefinition(
      name: role.toolName,
      description: role.summary,
      parameters: [
        "type": "object",
        "properties": [
          "query": ["type": "string", "description": "The question, with all that is needed to answer it."],
          "context": ["type": "string", "description": "Text that belongs to the question, such as an error."],
        ],
        "required": ["query"],
      ]
    )
  }

  func role(ofTool name: String) -> SpecialistRole? { roles.first { $0.toolName == name } }
}
