package import SourceControl

extension RunRecorder: ProjectWitness {
  package var wantsNews: Bool { hasStarted }

  package func beforeLook() {}

  package func found(
    _ files: [(path: ProjectPath, version: FileVersion?)],
    bytes: (ProjectPath, FileVersion) -> [UInt8]?
  ) {
    note(.found(recorded(files, bytes)))
  }

  /// Notes what a checkpoint has caught of changes that no look had found before.
  package func captured(
    _ files: [(path: ProjectPath, version: FileVersion?)],
    bytes: (ProjectPath, FileVersion) -> [UInt8]?
  ) {
    note(.captured(recorded(files, bytes)))
  }

  private func recorded(
    _ files: [(path: ProjectPath, version: FileVersion?)],
    _ bytes: (ProjectPath, FileVersion) -> [UInt8]?
  ) -> [RecordedFile] {
    var left = Self.mostChanged
    return files.map { path, version in
      keep(path, version?.id, version?.kind, left: &left) { version.flatMap { bytes(path, $0) } }
    }
  }
}
