/// How strictly a JSON text is read.
package enum JSONSyntax: Sendable {
  /// RFC 8259.
  case json
  /// JSON5 (json5.org): comments, trailing commas, unquoted names, single quotes, more forms of numbers.
  case json5
}

extension JSONValue {
  /// Reads one value that is the whole text; white space around it is allowed.
  package init(parsing text: String, syntax: JSONSyntax = .json) throws(JSONError) {
    try self.init(parsing: Array(text.utf8), syntax: syntax)
  }

  /// Reads one value that is the whole of `bytes`, which must be UTF-8; white space around it is allowed.
  package init(parsing bytes: [UInt8], syntax: JSONSyntax = .json) throws(JSONError) {
    var parser = JSONParser(bytes, syntax: syntax)
    self = try parser.parseDocument()
  }
}
