/// Where steps are carried out: the project itself, or a worktree beside it in which one task is worked on.
package struct Workplace: Sendable {
  package let phases: [PhaseName: any Phase]
  package let checks: CheckService
  package let project: any ProjectScanning
  /// What models have cost that worked here since it was last asked; nil in the project, where the run's own account
  /// says so.
  package let spending: SpendingTally?

  package init(
    phases: [PhaseName: any Phase],
    checks: CheckService,
    project: any ProjectScanning,
    spending: SpendingTally? = nil
  ) {
    self.phases = phases
    self.checks = checks
    self.project = project
    self.spending = spending
  }
}
