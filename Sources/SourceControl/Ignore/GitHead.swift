import CSystem
@unsafe @preconcurrency import Glibc

/// Where HEAD of a project's own repository is.
package struct GitHead: Hashable, Sendable {
  /// The name of the reference, such as `refs/heads/main`; nil where HEAD is detached.
  package let reference: String?
  /// The id of the commit; nil where the branch has none yet.
  package let commit: String?

  /// The line of a snapshot's label that tells where it was.
  package static let trailer = "Head"

  init(reference: String?, commit: String?) {
    (self.reference, self.commit) = (reference, commit)
  }

  /// The branch's name alone; nil where HEAD is detached.
  package var branch: String? {
    reference.map { $0.hasPrefix(Self.branches) ? String($0.dropFirst(Self.branches.count)) : $0 }
  }

  private static let branches = "refs/heads/"
}

extension GitHead: LosslessStringConvertible {
  /// Reads what `description` wrote.
  package init?(_ text: String) {
    let words = text.split(separator: " ")
    let commit = words.last.flatMap { Self.id(String($0)) }
    let reference = words.first.flatMap { $0.hasPrefix("refs/") ? String($0) : nil }
    guard words.count == (reference == nil ? 0 : 1) + (commit == nil ? 0 : 1), !words.isEmpty else { return nil }
    self.init(reference: reference, commit: commit)
  }

  package var description: String { [reference, commit].compactMap(\.self).joined(separator: " ") }
}

// MARK: - Reading

extension GitHead {
  /// Reads it from the files of a repository; nil where they do not say.
  ///
  /// `own` is the folder of the worktree's own files, `shared` that of those which all worktrees have in common.
  init?(own: String, shared: String) {
    guard let line = Self.line(of: "\(own)/HEAD") else { return nil }
    if let id = Self.id(line) {
      self.init(reference: nil, commit: id)
      return
    }
    // A branch may be another name of another one; more than that Git does not follow either.
    var reference = Self.target(of: line)
    for _ in 0..<5 {
      guard let name = reference, Self.isSafe(name) else { return nil }
      let line = Self.line(of: "\(own)/\(name)") ?? Self.line(of: "\(shared)/\(name)")
      guard let line else {
        self.init(reference: name, commit: Self.packed(name, in: "\(shared)/packed-refs"))
        return
      }
      if let id = Self.id(line) {
        self.init(reference: name, commit: id)
        return
      }
      reference = Self.target(of: line)
    }
    return nil
  }

  /// The first line of a small file; nil if there is none.
  private static func line(of path: String) -> String? {
    guard let bytes = bytes(of: path) else { return nil }
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  private static func bytes(of path: String) -> [UInt8]? {
    guard let file = try? FileHandle(FileName(path.utf8), in: AT_FDCWD, isFolder: false) else { return nil }
    return try? file.readAll()
  }

  private static func target(of line: String) -> String? {
    line.hasPrefix("ref: ") ? String(line.dropFirst("ref: ".count)) : nil
  }

  /// Whether a name is one that Git gives, and leads nowhere else; `.invalid` stands where refs are in another format.
  private static func isSafe(_ name: String) -> Bool {
    name.hasPrefix("refs/") && !name.hasSuffix("/")
      && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty && $0.first != "." }
      && !name.utf8.contains { $0 <= 0x20 || $0 == 0x7F }
  }

  private static func id(_ text: String) -> String? {
    [40, 64].contains(text.utf8.count) && text.utf8.allSatisfy { isHexadecimal($0) } ? text : nil
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
  }

  /// What Git's list of packed references says of one.
  private static func packed(_ name: String, in path: String) -> String? {
    guard let bytes = bytes(of: path) else { return nil }
    let sought = Array(" \(name)\n".utf8)
    let offset = unsafe bytes.withUnsafeBytes { bytes in
      unsafe memmem(bytes.baseAddress, bytes.count, sought, sought.count).flatMap { found in
        unsafe bytes.baseAddress.map { unsafe UnsafeRawPointer(found) - $0 }
      }
    }
    guard let offset else { return nil }
    let start = bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return id(String(decoding: bytes[start..<offset], as: UTF8.self))
  }
}

extension SnapshotStore {
  /// Where HEAD of the repository is that the project lies in; nil where there is none, or it does not say.
  package var head: GitHead? { index.head }
}
