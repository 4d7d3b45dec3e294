@unsafe @preconcurrency import Glibc

/// What the place that text goes to can show.
struct Terminal: Sendable {
  /// Whether lines may be drawn over: a terminal that knows how, and no log of a build machine.
  var isLive: Bool
  var hasColour: Bool
  /// Whether characters beyond ASCII are shown.
  var hasUnicode: Bool
  private let descriptor: Int32?
  private let fixedColumns: Int?

  /// A place that shows plain text of any width.
  static let plain = Terminal(isLive: false, hasColour: false, hasUnicode: true)

  init(isLive: Bool, hasColour: Bool, hasUnicode: Bool, columns: Int? = nil) {
    self.isLive = isLive
    self.hasColour = hasColour
    self.hasUnicode = hasUnicode
    descriptor = nil
    fixedColumns = columns
  }

  init(descriptor: Int32, environment: [String: String]) {
    let isTerminal = isatty(descriptor) == 1
    let kind = environment["TERM"] ?? ""
    let canMove = isTerminal && !kind.isEmpty && kind != "dumb"
    isLive = canMove && !Self.isSet("CI", environment)
    hasColour = Self.wantsColour(environment) ?? canMove
    hasUnicode = Self.hasUnicode(environment)
    self.descriptor = isTerminal ? descriptor : nil
    fixedColumns = nil
  }

  /// How many columns a line has; nil where nothing needs to be cut.
  var columns: Int? {
    guard let descriptor else { return fixedColumns }
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// What NO_COLOR, CLICOLOR_FORCE and CLICOLOR ask for; nil where they leave it to the terminal.
  static func wantsColour(_ environment: [String: String]) -> Bool? {
    if isSet("NO_COLOR", environment) { return false }
    if isSet("CLICOLOR_FORCE", environment), environment["CLICOLOR_FORCE"] != "0" { return true }
    return environment["CLICOLOR"] == "0" ? false : nil
  }

  private static func hasUnicode(_ environment: [String: String]) -> Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    let name = locale.lowercased()
    return name.hasSuffix("utf-8") || name.hasSuffix("utf8")
  }

  private static func isSet(_ name: String, _ environment: [String: String]) -> Bool {
    environment[name].map { !$0.isEmpty } ?? false
  }
}
