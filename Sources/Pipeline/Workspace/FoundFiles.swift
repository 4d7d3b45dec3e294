import SourceControl

/// What a witness knows of a project's files otherwise than the last listing shows.
struct FoundFiles {
  /// A file that is otherwise than was known.
  struct News {
    var path: ProjectPath
    var expected: FileVersion?
    var version: FileVersion?
  }

  private var known: [ProjectPath: FileVersion?] = [:]

  /// Takes in how a file is that was looked at; answers whether that is news.
  mutating func look(at path: ProjectPath, _ found: FileVersion?, listed: FileVersion?) -> Bool {
    guard (known[path] ?? listed) != found else { return false }
    known.updateValue(found, forKey: path)
    return true
  }

  /// Takes back that a piece of news was taken in, because it is old by now.
  mutating func forget(_ news: News) { known.updateValue(news.expected, forKey: news.path) }

  /// Takes in what the run itself made of a file.
  mutating func write(_ path: ProjectPath, _ id: ObjectID?, kind: FileEntry.Kind) {
    known.updateValue(id.map { FileVersion(kind: kind, id: $0) }, forKey: path)
  }

  /// Takes in a listing of files, given what changed since the one before; answers the news in it.
  ///
  /// Of files in `ignored` it tells nothing until somebody looks at them. One that is no part of the listing any more may
  /// still be there.
  mutating func list(
    _ changes: [TreeChange],
    ignoring ignored: Set<ProjectPath>,
    entry: (ProjectPath) -> FileVersion?,
    isThere: (ProjectPath) -> Bool
  ) -> [News] {
    for change in changes where known[change.path] == nil {
      known.updateValue(change.before.map { FileVersion($0) }, forKey: change.path)
    }
    var news: [News] = []
    for (path, expected) in known {
      let now = entry(path)
      if now != expected {
        if ignored.contains(path) || now == nil && isThere(path) { continue }
        news.append(News(path: path, expected: expected, version: now))
      }
      known.removeValue(forKey: path)
    }
    return news.sorted { $0.path < $1.path }
  }
}

extension FileVersion {
  init(_ entry: FileEntry) { self.init(kind: entry.kind, id: entry.id) }
}
