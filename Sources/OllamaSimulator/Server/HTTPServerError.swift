/// Why the simulated server cannot serve.
package struct HTTPServerError: Error, Hashable, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
