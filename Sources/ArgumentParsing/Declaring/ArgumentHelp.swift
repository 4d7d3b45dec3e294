/// What help says about one argument.
package struct ArgumentHelp: Sendable, Hashable, ExpressibleByStringInterpolation {
  package var abstract: String
  package var discussion: String
  package var valueName: String?
  package var isHidden: Bool

  package init(
    _ abstract: String = "",
    discussion: String = "",
    valueName: String? = nil,
    isHidden: Bool = false
  ) {
    self.abstract = abstract
    self.discussion = discussion
    self.valueName = valueName
    self.isHidden = isHidden
  }

  package init(stringLiteral value: String) {
    self.init(value)
  }
}
