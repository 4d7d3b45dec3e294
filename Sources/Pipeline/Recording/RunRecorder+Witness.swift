package import SourceControl

extension RunRecorder: ProjectWitness {
  package var wantsNews: Bool { hasStarted }

  package func beforeLook() {}

  package func found(
    _ files: [(path: ProjectPath, version: FileVersion?)],
    bytes: (ProjectPath, FileVersion) -> [UInt8]?
  ) {
    var left = Self.mostChanged
    let recorded = files.map { path, version in
      keep(path, version?.id, version?.kind, left: &left) { version.flatMap { bytes(path, $0) } }
    }
    note(.found(recorded))
  }
}
