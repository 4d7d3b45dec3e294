package import SourceControl

/// A file as a listing shows it.
package struct ListedFile: Hashable, Sendable {
  package let path: ProjectPath
  package let size: Int
  package let isLink: Bool
}
