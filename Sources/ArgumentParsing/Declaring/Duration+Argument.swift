import Wording

extension Duration: ExpressibleByArgument {
  package init?(argument: String) { self.init(text: argument) }
  package var defaultValueDescription: String { text }
  package static var expectation: String? { textExpectation }
}
