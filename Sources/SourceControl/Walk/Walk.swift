import CLibGit2

/// What one walk needs in every folder, and what it finds.
struct Walk {
  let library: LibGit2
  private let extra: ExtraPaths
  private let tracked: ExtraPaths
  let startedAt = FileStatus.now
  var tree: FileTree
  private var buffer = [UInt8](repeating: 0, count: Self.bufferSize)

  /// The size from which on files are read in pieces.
  private static let bufferSize = 256 * 1024
  private static let attempts = 3

  init(library: LibGit2, extra: ExtraPaths, tracked: ExtraPaths, tree: FileTree) {
    self.library = library
    self.extra = extra
    self.tracked = tracked
    self.tree = tree
  }

  /// Tells whether an ignored path is taken nevertheless, a folder for the sake of what lies in it.
  func takesIgnored(_ path: [UInt8], isFolder: Bool) -> Bool {
    tracked.include(path, isFolder: isFolder) || extra.include(path, isFolder: isFolder)
  }

  /// A file's content as it was found.
  struct Content {
    let status: FileStatus
    /// Whether an equal status will mean an equal content.
    let isTrusted: Bool
    let id: ObjectID
  }

  /// Names the content of a file or link, or fails with the reason to skip it; nil if it is not there any more.
  mutating func content(of name: FileName, in folder: Int32, status: FileStatus) throws -> Content? {
    do {
      if status.isLink {
        let target = try FileHandle.target(of: name, in: folder)
        return try content(status, id: library.id(of: target.span, as: libgit2_blob))
      }
      guard status.isRegular else { throw SkipFailure(reason: .special) }
      for _ in 0..<Self.attempts {
        let file = try FileHandle(name, in: folder, isFolder: false)
        let before = try FileStatus(of: file.descriptor)
        guard before.isRegular else { return nil }
        guard let id = try id(of: file, size: before.size) else { continue }
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
    Content(status: status, isTrusted: status.isTrusted(asOf: startedAt), id: id)
  }

  /// Names what `file` holds; nil if that was not as much as its size.
  private mutating func id(of file: borrowing FileHandle, size: Int) throws -> ObjectID? {
    if size >= buffer.count {
      // A file that shrinks meanwhile is an error of the library; the status tells it apart from others.
      do {
        return try library.id(ofFile: file.descriptor)
      } catch {
        if try FileStatus(of: file.descriptor).size != size { return nil }
        throw SkipFailure(reason: .unreadable(error.message))
      }
    }
    let count = try file.read(into: &buffer)
    return count == size ? try library.id(of: buffer.span.extracting(first: count), as: libgit2_blob) : nil
  }
}

/// The reason to skip a file, on its way up.
struct SkipFailure: Error {
  let reason: SkipReason
}
