/// A path inside a project, relative to its root, kept byte for byte.
///
/// File names are bytes on this system: two that look alike, or are no text at all, stay apart.
package struct ProjectPath: Sendable {
  /// The path's bytes, folders separated by single slashes.
  package let bytes: [UInt8]

  /// Reads a path as people and models write it.
  ///
  /// Superfluous `./` and `//` and a slash at the end are dropped.
  package init(_ text: String) throws(InvalidPath) {
    try self.init(bytes: Array(text.utf8))
  }

  package init(bytes: [UInt8]) throws(InvalidPath) {
    func invalid(_ reason: InvalidPath.Reason) -> InvalidPath {
      InvalidPath(text: String(decoding: bytes, as: UTF8.self), reason: reason)
    }
    guard !bytes.contains(0) else { throw invalid(.containsNUL) }
    guard bytes.first != slash else { throw invalid(.isAbsolute) }
    let components = bytes.split(separator: slash).filter { !$0.elementsEqual([dot]) }
    guard !components.isEmpty else { throw invalid(.isEmpty) }
    guard !components.contains(where: { $0.elementsEqual([dot, dot]) }) else { throw invalid(.leavesTheProject) }
    guard components.allSatisfy({ $0.count <= 255 }), bytes.count < 4096 else { throw invalid(.isTooLong) }
    self.bytes = Array(components.joined(separator: [slash]))
  }

  /// Takes bytes that are known to be a path, as those that come from a folder's listing.
  init(trusted bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The path as text, if it is text.
  package var text: String? { String(validating: bytes, as: UTF8.self) }

  /// The names along the path, the file's own last.
  package var components: [String] {
    bytes.split(separator: slash).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The last component.
  package var name: String { String(decoding: nameBytes, as: UTF8.self) }

  /// What follows the last dot of the name; none for `Makefile` and `.profile`.
  package var fileExtension: String? {
    let name = nameBytes
    guard let position = name.lastIndex(of: dot), position != name.startIndex else { return nil }
    let suffix = name[(position + 1)...]
    return suffix.isEmpty ? nil : String(decoding: suffix, as: UTF8.self)
  }

  /// The folder that holds the path; nil for what lies at the root.
  package var parent: ProjectPath? {
    bytes.lastIndex(of: slash).map { ProjectPath(trusted: Array(bytes[..<$0])) }
  }

  package func appending(_ name: String) throws(InvalidPath) -> ProjectPath {
    try ProjectPath(bytes: bytes + [slash] + Array(name.utf8))
  }

  /// Tells whether the path lies in `folder`, at any depth.
  package func isInside(_ folder: ProjectPath) -> Bool {
    bytes.count > folder.bytes.count && bytes[folder.bytes.count] == slash && bytes.starts(with: folder.bytes)
  }

  private var nameBytes: ArraySlice<UInt8> {
    bytes[(bytes.lastIndex(of: slash).map { $0 + 1 } ?? 0)...]
  }
}

private let dot = UInt8(ascii: ".")

extension ProjectPath: Hashable {
  package func hash(into hasher: inout Hasher) {
    unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
  }
}

extension ProjectPath: Comparable {
  package static func < (left: Self, right: Self) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

extension ProjectPath: CustomStringConvertible {
  /// The path as text, with bytes that are none replaced.
  package var description: String { String(decoding: bytes, as: UTF8.self) }
}

extension ProjectPath: ExpressibleByStringLiteral {
  package init(stringLiteral text: String) {
    do {
      try self.init(text)
    } catch {
      preconditionFailure("a path in the program's own text is valid: \(error)")
    }
  }
}
