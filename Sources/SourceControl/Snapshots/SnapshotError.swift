/// The reason why the store of snapshots did not do what it was asked.
package enum SnapshotError: Error, Hashable {
  /// Another process is at work in the store.
  case locked(String)
  /// The folder is too large a part of the machine to be a project.
  case unsuitable(String)
  /// There is no snapshot of that id.
  case unknown(String)
  /// An object that should be in the store is not.
  case missing(ObjectID)
  /// An object that is in the store does not read as it should.
  case damagedObject(ObjectID, problem: String)
  /// What is in the store does not read as it should.
  case damaged(String)
  /// What a snapshot holds of a file does not read as it should, or is not there.
  case unreadable(ProjectPath, in: SnapshotID, problem: String)
  /// What is needed is not known, so that nothing can be freed.
  case uncollectable(String)
  /// The contents that are new are more than one snapshot may take.
  case tooMuch(limit: Int)
  /// The operating system refused something.
  case refused(path: String, message: String, isDiskFull: Bool)
  /// A library that packs are made with is missing, or failed.
  case unusableLibrary(String)
  /// A path is on another file system than the store, so that files there cannot be replaced at once.
  case otherFileSystem(ProjectPath)
  /// The system would not let a rollback change a path.
  case forbidden(ProjectPath, reason: String)
  /// A rollback left the files in another state than it should have.
  case unverified(paths: [ProjectPath])

  static func system(_ failure: FileFailure, at path: String) -> SnapshotError {
    .refused(path: path, message: failure.message, isDiskFull: failure.isDiskFull)
  }
}

extension SnapshotError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .locked(let path):
      "Another process is using the checkpoints in '\(path)'. Wait for it or stop it, and try again."
    case .unsuitable(let path):
      "The folder '\(path)' is no project but a home or the whole machine. Give the project's own folder."
    case .unknown(let id): "There is no checkpoint '\(id)'. 'autonomy checkpoints' lists those there are."
    case .missing(let id):
      "The store of checkpoints lacks the object \(id). 'autonomy checkpoints verify' tells what it concerns."
    case .damagedObject(let id, let problem):
      "The store of checkpoints is damaged: its object \(id) cannot be read (\(problem)). 'autonomy checkpoints verify' "
        + "tells what it concerns."
    case .unreadable(let path, let id, let problem):
      "The store of checkpoints is damaged: '\(path)' in \(id) cannot be read (\(problem)). 'autonomy checkpoints verify' "
        + "tells what else it concerns."
    case .uncollectable(let what):
      "The store of checkpoints is damaged (\(what)), so nothing was freed. 'autonomy checkpoints verify' tells what it "
        + "concerns, and 'autonomy checkpoints gc --drop-damaged' gives that up."
    case .damaged(let what): "The store of checkpoints is damaged: \(what)."
    case .tooMuch(let limit):
      "The project has more than \(limit) bytes of files that are not in a checkpoint yet. Ignore large ones in "
        + "'.gitignore', or raise the limit."
    case .refused(let path, let message, _): "The system refused to use '\(path)': \(message)."
    case .unusableLibrary(let message): "A library that checkpoints are written with cannot be used (\(message))."
    case .otherFileSystem(let path):
      "'\(path)' is on another file system than '.autonomy', so it cannot be brought back safely. Nothing was changed."
    case .forbidden(let path, let reason):
      "'\(path)' cannot be brought back, because \(reason). Change that and try again. Nothing was changed."
    case .unverified(let paths):
      "The files are not what the checkpoint says: \(paths.prefix(5).map { "'\($0)'" }.joined(separator: ", "))."
    }
  }
}

extension FileFailure {
  /// Whether there was no room for what was to be written.
  var isDiskFull: Bool { code == 28 || code == 122 || code == 27 }
}
