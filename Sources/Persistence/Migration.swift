import Embedded

/// One numbered step of the schema.
package struct Migration: Hashable, Sendable {
  package let version: Int
  package let name: String
  package let sql: String

  package init(version: Int, name: String, sql: String) {
    self.version = version
    self.name = name
    self.sql = sql
  }
}

extension Migration {
  /// The migrations that the program carries, in the order of their numbers.
  package static var embedded: [Migration] {
    (0..<embedded_count(embedded_migrations)).map { index in
      let file = unsafe embedded_at(embedded_migrations, index)
      let name = unsafe String(cString: file.path)
      guard let version = Int(name.prefix { $0 != "_" }) else {
        preconditionFailure("a migration's file name begins with its number and an underscore")
      }
      let bytes = unsafe UnsafeBufferPointer(start: file.bytes, count: file.size)
      return unsafe Migration(version: version, name: name, sql: String(decoding: bytes, as: UTF8.self))
    }
  }
}
