package import SourceControl

/// Where a path leads.
package struct FileLocation: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case missing
    case file
    case folder
    /// A device, socket or FIFO.
    case special
  }

  /// The place itself, with no symbolic link on the way.
  package let path: ProjectPath
  package let kind: Kind
}
