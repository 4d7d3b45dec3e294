import CLibGit2

/// One of the threads that walk a project: it looks into folders and reads what changed.
struct ScanWorker {
  let scan: Scan
  private(set) var log = Log()
  /// Made for the first file that is read.
  private var buffer: [UInt8] = []
  private var deflater: Deflater?

  /// The files that are others than before.
  struct Log: Sendable {
    var removed: [ProjectPath] = []
    var added: [(path: ProjectPath, entry: FileEntry)] = []
  }

  /// The size from which on files are read in pieces.
  private static let bufferSize = 256 * 1024
  private static let attempts = 3

  init(_ scan: Scan) throws {
    self.scan = scan
    if scan.pack != nil { deflater = try Deflater() }
  }

  mutating func remove(_ path: @autoclosure () -> ProjectPath) {
    if scan.isLogging { log.removed.append(path()) }
  }

  mutating func add(_ record: FileRecord, at path: @autoclosure () -> ProjectPath) {
    if scan.isLogging, let entry = record.entry { log.added.append((path(), entry)) }
  }

  /// Looks at a folder and answers the folders in it.
  mutating func visit(_ item: ScanQueue.Item) throws -> [ScanQueue.Item] {
    do {
      let handle = try FileHandle(item.folder.name, in: item.parent.descriptor, isFolder: true)
      return try enter(item.folder, SharedFolder(handle), rules: item.rules)
    } catch let failure as FileFailure {
      if item.folder.id != nil { item.folder.isChanged = true }
      item.folder.forgetAll(worker: &self)
      item.folder.reset()
      item.folder.failure = failure
      return []
    }
  }

  /// Looks at an open folder and answers the folders in it.
  mutating func enter(_ folder: Folder, _ handle: SharedFolder, rules: IgnoreStack) throws -> [ScanQueue.Item] {
    folder.failure = nil
    let rules = try folder.refresh(handle, rules: rules, worker: &self)
    return folder.folders.compactMap { child in
      if let focus = scan.focus, !focus.contains(child.barePath), child.status != nil { return nil }
      return ScanQueue.Item(folder: child, parent: handle, rules: rules)
    }
  }
}

// MARK: - Contents

extension ScanWorker {
  /// A file's content as it was found.
  struct Content {
    let status: FileStatus
    /// Whether an equal status will mean an equal content.
    let isTrusted: Bool
    let id: ObjectID
  }

  /// Names the content of a file or link, or fails with the reason to skip it; nil if it is not there any more.
  mutating func content(of name: UnsafePointer<CChar>, in folder: Int32, status: FileStatus) throws -> Content? {
    do {
      if status.isLink {
        let target = try unsafe FileHandle.target(of: name, in: folder)
        return try content(status, id: take(target.span))
      }
      guard status.isRegular else { throw SkipFailure(reason: .special) }
      guard status.size <= scan.largestFile else { throw SkipFailure(reason: .tooLarge(status.size)) }
      for _ in 0..<Self.attempts {
        let file = try unsafe FileHandle(name, in: folder)
        let before = try FileStatus(of: file.descriptor)
        guard before.isRegular else { return nil }
        guard let id = try take(file, size: before.size) else { continue }
        let after = try FileStatus(of: file.descriptor)
        if after == before { return content(before, id: id) }
      }
      throw SkipFailure(reason: .changing)
    } catch let failure as FileFailure {
      if failure.isAbsence { return nil }
      throw SkipFailure(reason: .unreadable(failure.message))
    }
  }

  private func content(_ status: FileStatus, id: ObjectID) -> Content {
    Content(status: status, isTrusted: status.isTrusted(asOf: scan.startedAt), id: id)
  }

  /// Names what `file` holds, and stores it; nil if that was not as much as its size.
  private mutating func take(_ file: borrowing FileHandle, size: Int) throws -> ObjectID? {
    if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: Self.bufferSize) }
    if size >= buffer.count { return try takeLarge(file, size: size) }
    let count = try file.read(into: &buffer)
    guard count == size else { return nil }
    let content = buffer.span.extracting(first: count)
    let id = try scan.git.id(of: content, as: libgit2_blob)
    try deflater?.store(content, as: .blob, id: id, in: scan.pack)
    return id
  }

  private mutating func take(_ content: Span<UInt8>) throws -> ObjectID {
    let id = try scan.git.id(of: content, as: libgit2_blob)
    try deflater?.store(content, as: .blob, id: id, in: scan.pack)
    return id
  }

  private mutating func takeLarge(_ file: borrowing FileHandle, size: Int) throws -> ObjectID? {
    let id: ObjectID
    // A file that shrinks meanwhile is an error of the library; the status tells it apart from others.
    do {
      id = try scan.git.id(ofFile: file.descriptor)
    } catch {
      if try FileStatus(of: file.descriptor).size != size { return nil }
      throw SkipFailure(reason: .unreadable(error.message))
    }
    guard let pack = scan.pack, deflater != nil else { return id }
    return try deflater?.storeFile(file, size: size, id: id, in: pack, buffer: &buffer) == true ? id : nil
  }
}

/// The reason to skip a file, on its way up.
struct SkipFailure: Error {
  let reason: SkipReason
}
