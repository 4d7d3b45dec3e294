package import SourceControl

/// A titled part of a prompt; one without text is left out.
package struct PromptSection: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    case text(String)
    case files([PromptFile])
  }

  package var title: String
  package var content: Content
  package var priority: PromptPriority

  package init(_ title: String, _ text: String, _ priority: PromptPriority = .important) {
    self.title = title
    self.content = .text(text)
    self.priority = priority
  }

  package init(_ title: String, files: [PromptFile], _ priority: PromptPriority = .important) {
    self.title = title
    self.content = .files(files)
    self.priority = priority
  }

  package var text: String {
    switch content {
    case .text(let text): text
    case .files(let files): files.map { $0.text }.joined(separator: "\n\n")
    }
  }
}

/// What a step loses with a section; where room is short, the lowest goes first.
package enum PromptPriority: Int, Comparable, Sendable {
  /// A tool shows the same.
  case background
  /// The step can be done without it.
  case helpful
  /// The step is done worse without it, or must first read it.
  case important
  /// Without it the step is another one.
  case essential

  package static func < (left: PromptPriority, right: PromptPriority) -> Bool { left.rawValue < right.rawValue }
}

/// A file as a prompt has it: its whole text, or what is said in place of it.
package struct PromptFile: Hashable, Sendable {
  package enum Standing: Hashable, Sendable {
    /// The text is shown whole.
    case shown
    case absent
    /// The text is there, and has to be read by tool.
    case unread
    /// No text can be had of it.
    case unreadable
  }

  package let path: ProjectPath
  package let standing: Standing
  /// The bytes of the file; 0 where they are not known.
  package let size: Int
  package let text: String

  package init(_ path: ProjectPath, _ standing: Standing, size: Int = 0, text: String) {
    self.path = path
    self.standing = standing
    self.size = size
    self.text = text
  }

  /// Names a file of so many bytes without showing it.
  package static func named(_ path: ProjectPath, size: Int) -> PromptFile {
    PromptFile(path, .unread, size: size, text: "`\(path)` has \(size) bytes and is not shown; read it.")
  }
}

extension PromptSection {
  /// The bytes of its text, but for what joins the files.
  package var size: Int {
    switch content {
    case .text(let text): text.utf8.count
    case .files(let files): files.reduce(0) { $0 + $1.text.utf8.count }
    }
  }
}
