/// A difference between two trees at one path: a file that came, went, or became another.
package struct TreeChange: Hashable, Sendable {
  package let path: ProjectPath
  package let before: FileEntry?
  package let after: FileEntry?

  package init(path: ProjectPath, before: FileEntry?, after: FileEntry?) {
    self.path = path
    self.before = before
    self.after = after
  }
}
