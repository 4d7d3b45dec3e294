@unsafe @preconcurrency import Glibc

/// The ignore file that is named by `core.excludesFile`, or the one in the user's folder of Git's settings.
///
/// Nothing else in Git's configuration is looked at.
struct ExcludesFile: Sendable {
  /// What a relative path starts at.
  private let root: String
  /// The files of the configuration, of which later ones win.
  private let configurations: [String]
  /// The file that counts where no other is named.
  private let usual: String?
  private var statuses: [FileStatus?]?
  private var path: String?
  private var file = IgnoreFile()

  var rules: IgnoreRules { file.rules }
  var source: [UInt8] { file.source }

  /// Takes the folder of a repository and that of its configuration.
  init(root: String, repository: String) {
    self.root = root
    let home = Self.variable("HOME")
    let settings = Self.variable("XDG_CONFIG_HOME") ?? home.map { $0 + "/.config" }
    usual = settings.map { $0 + "/git/ignore" }
    let users = [settings.map { $0 + "/git/config" }, home.map { $0 + "/.gitconfig" }].compactMap(\.self)
    configurations = ["/etc/gitconfig"] + users + [repository + "/config"]
  }

  /// Brings the rules up to date and tells whether they are others now.
  mutating func refresh(at time: Int) -> Bool {
    let current = configurations.map {
      Self.resolved($0).flatMap { try? FileStatus(of: FileName($0.utf8), in: AT_FDCWD) }
    }
    if statuses != current || current.contains(where: { $0?.isTrusted(asOf: time) == false }) {
      statuses = current
      path = namedPath()
    }
    let before = rules
    guard let path = path.flatMap(Self.resolved), let end = path.lastIndex(of: "/"),
      let folder = try? FileHandle(folder: String(path[...end]))
    else {
      file = IgnoreFile()
      return rules != before
    }
    _ = file.refresh(FileName(path[path.index(after: end)...].utf8), in: folder.descriptor, at: time)
    return rules != before
  }

  private func namedPath() -> String? {
    var path = usual
    guard let git = try? LibGit2.loaded() else { return path }
    for configuration in configurations where unsafe access(configuration, R_OK) == 0 {
      guard let named = git.configuredPath("core.excludesfile", in: configuration) else { continue }
      path = named.hasPrefix("/") ? named : root + "/" + named
    }
    return path
  }

  /// The path of a file without links in it; nil if there is none.
  private static func resolved(_ path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  private static func variable(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
