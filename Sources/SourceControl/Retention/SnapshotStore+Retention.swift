import CLibGit2
@unsafe @preconcurrency import Glibc

extension SnapshotStore {
  /// Drops the snapshots that `policy` does not keep, and answers which; those in `pinned` are kept.
  @discardableResult
  package func prune(_ policy: RetentionPolicy, pinned: Set<SnapshotID> = []) throws -> [SnapshotID] {
    let all = list()
    let now = FileStatus.now / 1_000_000_000
    var dropped = policy.expired(all, now: now).subtracting(pinned)
    if !dropped.isEmpty { try refs.remove(dropped, step: step) }
    try collectGarbage()
    var left = all.dropLast().filter { $0.kind != .manual && !dropped.contains($0.id) && !pinned.contains($0.id) }
    // What rollbacks moved out of the way is no snapshot's, and dropping some frees nothing of it.
    while try size() - rescuedSize() > policy.size, !left.isEmpty {
      // A part at a time, because what one snapshot has to itself is not known.
      let oldest = Set(left.prefix(max(1, left.count / 4)).map(\.id))
      left.removeFirst(oldest.count)
      try refs.remove(oldest, step: step)
      dropped.formUnion(oldest)
      try collectGarbage()
    }
    return dropped.sorted()
  }

  /// Drops snapshots, whatever they are, without freeing their space.
  package func drop(_ ids: Set<SnapshotID>) throws {
    if !ids.isEmpty { try refs.remove(ids, step: step) }
  }

  /// Frees what no snapshot needs, rewriting only packs of which little is left; answers how many bytes that freed.
  ///
  /// Throws `SnapshotError.uncollectable` where something is damaged, because then it is not known what is needed. When
  /// `mending`, every pack is read, and one that is not as it was written is rewritten without what is damaged in it: what
  /// it promises to have would not be stored again.
  @discardableResult
  package func collectGarbage(mending: Bool = false) throws -> Int {
    let before = try size()
    if mending { index.discard() }
    // What is on disk of the walk's memory must not believe in more than what is live from here on.
    loadIndex()
    index.save()
    let live = try reportingDamage { try liveObjects() }
    var packs: [(pack: PackFile, live: [Int], size: Int)] = []
    for name in try StoreFolder.names(in: objects.packFolder) where name.hasSuffix(".idx") {
      // One that is not as it was written is left to those who may want to mend it; nothing that is live is in it alone.
      guard let pack = try? PackFile("\(objects.packFolder)/\(name.dropLast(".idx".count))") else { continue }
      let indices = pack.entries.indices.filter { live.contains(pack.entries[$0].id) }
      packs.append((pack, indices, indices.reduce(0) { $0 + pack.size(ofEntryAt: $1) }))
    }
    packs.sort { $0.size < $1.size }
    let usedCount = packs.count { !$0.live.isEmpty }
    var smallCount = usedCount > Self.fewPacks ? usedCount - Self.fewPacks / 2 : 0
    var old: [PackFile] = []
    let writer = PackWriter(for: objects)
    for (pack, live, size) in packs {
      let whole = pack.entries.indices.reduce(0) { $0 + pack.size(ofEntryAt: $1) }
      if !live.isEmpty {
        smallCount -= 1
        guard size * 2 < whole || smallCount >= 0 || mending && !pack.isWhole else { continue }
      }
      try reportingDamage {
        for index in live {
          do {
            try copy(pack, index, to: writer)
          } catch {
            // What cannot be read here may be whole elsewhere.
            let id = pack.entries[index].id
            guard mending, packs.contains(where: { $0.pack.hasWhole(id) }) else { throw error }
          }
        }
      }
      old.append(pack)
    }
    try removeUnfinished()
    guard !old.isEmpty else { return 0 }
    let new = try writer.publish()
    // A pack that was copied as a whole has the name of its copy.
    for pack in old where new.map({ !pack.isNamed($0) }) ?? true { try pack.remove(step: step) }
    // The library would go on finding what it has seen before.
    objects = try ObjectStore(folder: folder.path + "/objects", isDurable: objects.isDurable, step: step)
    return before - (try size())
  }

  /// Removes packs without an index: a process that died has left them, and all that is needed is elsewhere.
  private func removeUnfinished() throws {
    let names = Set(try StoreFolder.names(in: objects.packFolder))
    for name in names where name.hasSuffix(".pack") && !names.contains(name.dropLast(".pack".count) + ".idx") {
      unsafe unlink("\(objects.packFolder)/\(name)")
    }
  }

  private func reportingDamage<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as SnapshotError {
      switch error {
      case .missing, .damagedObject, .damaged: throw SnapshotError.uncollectable(SnapshotDamage.problem(of: error))
      default: throw error
      }
    }
  }

  /// The number of packs from which on the smaller ones become one.
  private static let fewPacks = 20

  private func copy(_ pack: PackFile, _ index: Int, to writer: PackWriter) throws {
    let id = pack.entries[index].id
    if let bytes = try pack.bytes(ofEntryAt: index) {
      if writer.adopt(id) { try writer.append(bytes, id: id) }
    } else {
      let (kind, content) = try objects.read(id)
      if writer.adopt(id) { try Deflater().write(content.span, as: kind, id: id, to: writer) }
    }
  }

  /// The objects that a snapshot needs, or the walk's memory believes to be there.
  private func liveObjects() throws -> Set<ObjectID> {
    var live: Set<ObjectID> = []
    for commit in refs.snapshots.map(\.commit) + refs.foreign { try mark(commit, in: &live) }
    if let root = index.root.id {
      do {
        try mark(tree: root, in: &live)
      } catch SnapshotError.missing {
        // Only a memory: the next walk reads every file again.
        index.discard()
      }
    }
    return live
  }

  private func mark(_ commit: ObjectID, in live: inout Set<ObjectID>) throws {
    guard live.insert(commit).inserted else { return }
    let text = String(decoding: try objects.read(commit, as: .commit), as: UTF8.self)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).prefix(while: { !$0.isEmpty }) {
      let words = line.split(separator: " ")
      guard words.count == 2, let id = ObjectID(String(words[1])) else { continue }
      if words[0] == "tree" { try mark(tree: id, in: &live) }
      if words[0] == "parent" { try mark(id, in: &live) }
    }
  }

  private func mark(tree id: ObjectID, in live: inout Set<ObjectID>) throws {
    guard live.insert(id).inserted else { return }
    for entry in try tree(id).entries {
      if entry.kind == .folder {
        try mark(tree: entry.id, in: &live)
      } else if live.insert(entry.id).inserted, !objects.contains(entry.id) {
        throw SnapshotError.missing(entry.id)
      }
    }
  }
}
