/// The ignore rules that hold in one folder, from the outermost file to the nearest, which decides first.
struct IgnoreStack: Sendable {
  /// What precedes a path inside the project in a path that the rules see; not empty where the project is a part of
  /// a larger repository.
  let prefix: [UInt8]
  private var layers: [Layer] = []

  private struct Layer: Sendable {
    /// How many bytes of a path lead to the folder that the rules stand in, its slash included.
    let depth: Int
    let rules: IgnoreRules
  }

  init(prefix: [UInt8] = []) {
    self.prefix = prefix
  }

  /// Puts rules on top; `depth` is the length of their folder's path, its slash included.
  mutating func push(_ rules: IgnoreRules, depth: Int) {
    if !rules.isEmpty { layers.append(Layer(depth: depth, rules: rules)) }
  }

  /// Tells whether `path`, seen from the project's root, is left out; the folders above it are not looked at.
  func ignores(_ path: [UInt8], isFolder: Bool) -> Bool {
    guard !layers.isEmpty else { return false }
    let whole = prefix.isEmpty ? path : prefix + path
    for layer in layers.reversed() {
      if let verdict = layer.rules.verdict(on: whole[layer.depth...], isFolder: isFolder) { return verdict }
    }
    return false
  }
}
