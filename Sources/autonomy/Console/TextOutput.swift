/// Where text of the program goes.
protocol TextOutput: Sendable {
  /// How text may look there.
  var terminal: Terminal { get }

  /// Whether nobody reads it any more, so that writing on would be in vain.
  var isClosed: Bool { get }

  /// Why it could not be written, other than that nobody reads it; nil where all could.
  var failure: String? { get }

  /// Writes all of `text`, which may be more than one line.
  func write(_ text: String)
}
