/// What a look over a project's files shows of the languages and tests in it.
///
/// Folders of dependencies, builds and hidden ones are left out; the number of entries looked at is bounded.
struct ProjectSurvey {
  let root: String

  /// Test files for Python, relative to the project.
  private(set) var pythonTests: [String] = []

  /// Folders with an `__init__.py`, relative to the project; empty for the project itself.
  private(set) var pythonPackages: Set<String> = []

  /// Whether there is a `*_test.go`.
  private(set) var hasGoTests = false

  private(set) var topLevel: [String: FileKind] = [:]

  private static let skipped: Set<String> = [
    "__pycache__", "build", "dist", "node_modules", "site-packages", "target", "venv",
  ]
  private static let limit = 50_000

  init(of root: String) {
    self.root = root
    var folders = [""]
    var next = 0
    var seen = 0
    while next < folders.count, seen < Self.limit {
      let folder = folders[next]
      next += 1
      guard let entries = FileBytes.entries(in: folder.isEmpty ? root : "\(root)/\(folder)") else { continue }
      // A virtual environment may have any name.
      if !folder.isEmpty, entries.contains(where: { $0.name == "pyvenv.cfg" }) { continue }
      seen += entries.count
      for (name, kind) in entries {
        if folder.isEmpty { topLevel[name] = kind }
        let path = folder.isEmpty ? name : "\(folder)/\(name)"
        if kind == .folder {
          if !name.hasPrefix("."), !Self.skipped.contains(name) { folders.append(path) }
        } else {
          note(path, name, in: folder)
        }
      }
    }
    pythonTests.sort()
  }

  private mutating func note(_ path: String, _ name: String, in folder: String) {
    if name.hasSuffix(".py") {
      if name == "__init__.py" { pythonPackages.insert(folder) }
      if TestFiles.hasUnittestPrefix(name) || TestFiles.hasPytestSuffix(name) { pythonTests.append(path) }
    } else if name.hasSuffix("_test.go") {
      hasGoTests = true
    }
  }

  /// Whether a file (or a link to one) of this name is in the project's own folder.
  func has(_ name: String) -> Bool {
    topLevel[name] == .file || (topLevel[name] == .link && FileKind.of("\(root)/\(name)") == .file)
  }

  /// The text of a file in the project's own folder; nil if there is none.
  func text(of name: String) -> [UInt8]? {
    has(name) ? FileBytes.read("\(root)/\(name)") : nil
  }

  /// The text of a file anywhere in the project; nil if there is none, or it is reached by way of a parent folder.
  func text(at path: String) -> [UInt8]? {
    guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else { return nil }
    return FileKind.of("\(root)/\(path)") == .file ? FileBytes.read("\(root)/\(path)") : nil
  }
}
