import ArgumentParsing
import Orchestration

extension SpecialistRole: ExpressibleByArgument {}

/// Several different roles, separated by commas.
struct RoleList: ExpressibleByArgument {
  let roles: [SpecialistRole]

  init(_ roles: [SpecialistRole]) {
    self.roles = roles
  }

  init?(argument: String) {
    let words = argument.split(separator: ",", omittingEmptySubsequences: false)
    roles = words.compactMap { SpecialistRole(argument: String($0)) }
    guard roles.count == words.count, Set(roles).count == roles.count else { return nil }
  }

  var defaultValueDescription: String { roles.map { $0.rawValue }.joined(separator: ",") }

  static var expectation: String? {
    "different roles separated by commas, of \(SpecialistRole.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", "))"
  }
}
