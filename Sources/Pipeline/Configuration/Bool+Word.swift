extension Bool {
  /// Reads a word as variables of the environment have it: `true`, `1`, `yes`, `on`, or their opposites.
  package init?(word: String) {
    switch word.lowercased() {
    case "true", "1", "yes", "on": self = true
    case "false", "0", "no", "off": self = false
    default: return nil
    }
  }
}
