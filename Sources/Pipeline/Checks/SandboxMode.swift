/// Whether checks are shut in, as `sandbox` in `autonomy.json` says.
package enum SandboxMode: String, Hashable, Sendable, CaseIterable {
  /// Where the machine can, and otherwise without, saying so once.
  case auto
  /// Always; where the machine cannot, nothing runs.
  case require
  /// Never.
  case off
}
