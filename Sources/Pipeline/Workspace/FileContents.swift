package import SourceControl

/// A file of the project as it was at one moment.
package struct FileContents: Hashable, Sendable {
  /// The place of the file itself, with no symbolic link on the way.
  package let path: ProjectPath
  package let bytes: [UInt8]
  package let id: ObjectID
  /// How many names the file has.
  package let links: Int
  /// Whether its owner may run it.
  package let isExecutable: Bool

  /// The bytes as text; nil for binary files and other encodings than UTF-8.
  package var text: String? { bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self) }
}
