/// The reason why a text is refused as a path inside the project.
package struct InvalidPath: Error, Hashable {
  /// What is wrong with the text.
  package enum Reason: Hashable, Sendable {
    case isEmpty
    case isAbsolute
    case leavesTheProject
    case containsNUL
    case isTooLong
  }

  package let text: String
  package let reason: Reason

  package init(text: String, reason: Reason) {
    self.text = text
    self.reason = reason
  }
}

extension InvalidPath: CustomStringConvertible {
  package var description: String {
    switch reason {
    case .isEmpty: "The path '\(text)' names no file. Give a path relative to the project's root, like 'src/main.c'."
    case .isAbsolute: "The path '\(text)' is absolute. Give it relative to the project's root."
    case .leavesTheProject: "The path '\(text)' leads out of the project. Give a path inside, without '..'."
    case .containsNUL: "The path '\(text)' contains a NUL byte. Give a path without it."
    case .isTooLong: "The path '\(text.prefix(60))…' is longer than file names can be. Give a shorter one."
    }
  }
}
