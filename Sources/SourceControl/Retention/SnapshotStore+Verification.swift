/// Something in the store that is not as it should be.
package struct SnapshotDamage: Hashable, Sendable {
  /// Nil where it concerns the files as they were seen last, which the next snapshot is to be built on.
  package let snapshot: SnapshotID?
  /// The file that cannot be brought back; nil if it is more than one.
  package let path: ProjectPath?
  package let problem: String

  init(snapshot: SnapshotID?, path: ProjectPath? = nil, problem: String) {
    (self.snapshot, self.path, self.problem) = (snapshot, path, problem)
  }

  init(snapshot: SnapshotID, path: ProjectPath? = nil, _ error: any Error) {
    self.init(snapshot: snapshot, path: path, problem: Self.problem(of: error))
  }

  /// What is wrong, without the advice that an error gives elsewhere.
  static func problem(of error: any Error) -> String {
    switch error {
    case SnapshotError.missing(let id): "the object \(id) is missing"
    case SnapshotError.damagedObject(_, let problem): problem
    case SnapshotError.damaged(let what): what
    default: "\(error)"
    }
  }
}

extension SnapshotStore {
  /// Reads every object of every snapshot, compares its content with its id, and tells what is wrong.
  package func verify() throws -> [SnapshotDamage] {
    var sound: Set<ObjectID> = []
    var damages: [SnapshotDamage] = []
    for (id, commit) in refs.snapshots {
      let snapshot: Snapshot
      do {
        snapshot = try self.snapshot(id)
        sound.insert(commit)
        _ = try meta(of: snapshot)
        _ = try state(of: snapshot)
      } catch {
        damages.append(SnapshotDamage(snapshot: id, error))
        continue
      }
      damages += verify(snapshot.files, of: id, sound: &sound)
    }
    // What is believed to be there is not stored again.
    loadIndex()
    if damages.isEmpty, let root = index.root.id { damages += verify(root, of: nil, sound: &sound) }
    return damages
  }

  private func verify(_ files: ObjectID, of id: SnapshotID?, sound: inout Set<ObjectID>) -> [SnapshotDamage] {
    var damages: [SnapshotDamage] = []
    verify(files, path: [], sound: &sound) { path, problem in
      damages.append(
        SnapshotDamage(snapshot: id, path: path.isEmpty ? nil : ProjectPath(trusted: path), problem: problem)
      )
    }
    return damages
  }

  /// Checks a tree and what is in it; what is sound is not looked at again.
  private func verify(
    _ id: ObjectID,
    path: [UInt8],
    sound: inout Set<ObjectID>,
    report: ([UInt8], String) -> Void
  ) {
    guard !sound.contains(id) else { return }
    let entries: [TreeEntries.Entry]
    do {
      entries = try tree(id).entries
    } catch {
      return report(path, SnapshotDamage.problem(of: error))
    }
    var isSound = true
    for entry in entries where !sound.contains(entry.id) {
      let place = path + (path.isEmpty ? [] : [slash]) + entry.name
      if entry.kind == .folder {
        verify(entry.id, path: place, sound: &sound, report: report)
        isSound = isSound && sound.contains(entry.id)
        continue
      }
      do {
        _ = try objects.read(entry.id, as: .blob)
        sound.insert(entry.id)
      } catch {
        isSound = false
        report(place, SnapshotDamage.problem(of: error))
      }
    }
    if isSound { sound.insert(id) }
  }
}
