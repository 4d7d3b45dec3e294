package import SourceControl

/// Is there whenever somebody looks at the files of a project.
package protocol ProjectWitness: Sendable {
  /// Whether what somebody else changed is news now, and not what the record has anyhow.
  var wantsNews: Bool { get }

  /// Something is about to be looked at.
  func beforeLook()

  /// These were found otherwise than the run left them, or nil where there is nothing; `bytes` answers what they hold.
  func found(_ files: [(path: ProjectPath, version: FileVersion?)], bytes: (ProjectPath, FileVersion) -> [UInt8]?)
}

/// Says of work that its traces in the project are put on record by whoever does it.
enum OwnTraces {
  @TaskLocal static var areKept = false
}
