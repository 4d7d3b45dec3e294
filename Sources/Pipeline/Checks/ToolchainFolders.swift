/// The folders of toolchains that the sandbox would hide together with the user's home, and that checks need to read.
struct ToolchainFolders {
  /// The user's own `HOME`.
  let home: String?

  /// The folders that the sandbox covers.
  let hidden: [String]

  /// The project: nothing above it is shown for the sake of a tool.
  let project: String

  /// Where package managers keep what they installed for the user, whatever their tools' own place.
  private static let libraries = [".local/lib", ".cargo/registry", ".cargo/git", "go/pkg/mod"]

  /// What to show, read-only, for commands found through `path` and for `executable` itself, without duplicates.
  func needed(path: String, executable: String?) -> [String] {
    var folders = home.map { home in Self.libraries.map { "\(home)/\($0)" } } ?? []
    for entry in path.split(separator: ":") where entry.hasPrefix("/") {
      folders += folder(ofTools: String(entry))
      // A folder in PATH is often a link to the place of the tools (/usr/local/tool/current/bin).
      if let real = RealPath.of(String(entry)), real != entry { folders += folder(ofTools: real) }
    }
    if let executable, let real = RealPath.of(executable) { folders += folder(ofTools: RealPath.parent(of: real)) }
    let shown = Set(folders.filter { FileKind.of($0) == .folder }).sorted()
    return shown.filter { folder in !shown.contains { $0 != folder && RealPath.isInside(folder, $0) } }
  }

  private func folder(ofTools folder: String) -> [String] {
    guard hidden.contains(where: { RealPath.isInside(folder, $0) }), !RealPath.isInside(folder, project) else {
      return []
    }
    // These hold tools beside keys: only the parts that tools need are shown.
    if let home {
      if folder == "\(home)/.cargo/bin" {
        return ["\(home)/.rustup", folder]
      }
      if folder == "\(home)/.local/bin" {
        return ["bin", "share/uv", "share/mise", "share/swiftly", "share/pipx"].map { "\(home)/.local/\($0)" }
      }
    }
    var root = folder
    guard ["bin", "sbin", "shims"].contains(RealPath.lastComponent(of: root)) else { return [folder] }
    root = RealPath.parent(of: root)
    if RealPath.lastComponent(of: root) == "usr" { root = RealPath.parent(of: root) }
    let isTooMuch = root == "/" || root == home || hidden.contains(root) || RealPath.isInside(project, root)
    return [isTooMuch ? folder : root]
  }
}
