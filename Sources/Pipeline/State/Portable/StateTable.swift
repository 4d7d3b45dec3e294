import JSON
import Persistence
import SourceControl

/// One table of the state's database, whose rows can be written as JSON and read back.
struct StateTable: Hashable, Sendable {
  let name: String
  private let columns: [Column]

  private struct Column: Hashable, Sendable {
    let name: String
    let kind: Kind
    /// The place in the primary key, from 1; 0 outside of it.
    let keyPlace: Int
  }

  private enum Kind: Hashable {
    case integer
    case real
    case text
    /// Text that is one JSON value.
    case json
    case blob
  }

  /// The columns that hold JSON, in every table.
  private static let jsonColumns: Set<String> = ["record", "payload", "entry"]

  /// All tables of a database, by name.
  static func all(of connection: Connection) throws -> [StateTable] {
    let sql = "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    return try connection.rows(sql) { try $0.text(0) }.map { try StateTable($0, of: connection) }
  }

  private init(_ name: String, of connection: Connection) throws {
    self.name = name
    columns = try connection.rows("SELECT name, type, pk FROM pragma_table_info(?)", [.text(name)]) { row in
      let column = try row.text(0)
      let kind: Kind =
        switch try row.text(1) {
        case "INTEGER": .integer
        case "REAL": .real
        case "BLOB": .blob
        default: Self.jsonColumns.contains(column) ? .json : .text
        }
      return Column(name: column, kind: kind, keyPlace: try row.integer(2))
    }
  }

  var columnNames: [String] { columns.map(\.name) }

  // MARK: - Out

  /// Calls `body` with each row as an object, ordered by the primary key; secrets are hidden.
  ///
  /// With a `condition` in SQL only with the rows for which it holds.
  /// A content in which there is a secret is left out: changed, it would not be what its name says.
  func forEachRow(
    in connection: Connection,
    mask: SecretMask,
    where condition: String = "true",
    _ body: (JSONObject) throws -> Void
  ) throws {
    let key = columns.filter { $0.keyPlace > 0 }.sorted { $0.keyPlace < $1.keyPlace }.map(\.name)
    let order = key.isEmpty ? "rowid" : key.joined(separator: ", ")
    let columnList = columnNames.joined(separator: ", ")
    try connection.forEachRow("SELECT \(columnList) FROM \(name) WHERE \(condition) ORDER BY \(order)") { row in
      var object: JSONObject = [:]
      for (index, column) in columns.enumerated() {
        let value = row.value(index)
        if case .blob(let bytes) = value, mask.mask(bytes) != nil { return }
        object[column.name] = try Self.json(value, column)
      }
      try body(mask.mask(.object(object)).object ?? object)
    }
  }

  private static func json(_ value: Value, _ column: Column) throws -> JSONValue {
    switch value {
    case .null: .null
    case .integer(let integer): .integer(integer)
    case .real(let real): .number(real)
    case .text(let text): column.kind == .json ? try JSONValue(parsing: text) : .string(text)
    case .blob(let bytes):
      if let text = String(validating: bytes, as: UTF8.self) {
        ["text": .string(text)]
      } else {
        ["base64": .string(Base64.text(of: bytes))]
      }
    }
  }

  // MARK: - In

  /// Adds a row that `forEachRow` gave.
  ///
  /// Throws `StoredValueError` where it is not one of this table.
  func insert(_ row: JSONValue, into connection: Connection) throws {
    guard let object = row.object else { throw StoredValueError("A row must be an object, not \(row.typeName).") }
    if let unknown = object.keys.first(where: { key in !columns.contains { $0.name == key } }) {
      throw StoredValueError("There is no column '\(unknown)'.")
    }
    let values = try columns.map { column throws(StoredValueError) in
      guard let json = object[column.name] else { throw StoredValueError("'\(column.name)' is missing.") }
      guard let value = Self.value(json, column) else {
        throw StoredValueError("'\(column.name)' does not hold \(json.typeName).")
      }
      return value
    }
    let places = columns.map { _ in "?" }.joined(separator: ", ")
    do {
      try connection.execute(
        "INSERT INTO \(name) (\(columnNames.joined(separator: ", "))) VALUES (\(places))",
        values
      )
    } catch let error as DatabaseError where [.constraint, .mismatch].contains(error.code.primary) {
      throw StoredValueError("It cannot stand here: \(error.message).")
    }
  }

  /// What the column stores for `json`; nil where it cannot hold it.
  private static func value(_ json: JSONValue, _ column: Column) -> Value? {
    // Also where a column must not be null: the database says so itself.
    if json.isNull { return .null }
    switch column.kind {
    case .integer:
      if case .integer(let integer) = json { return .integer(integer) }
      return nil
    case .real: return json.double.map { .real($0) }
    case .text: return json.string.map { .text($0) }
    case .json: return .text(json.text())
    case .blob:
      guard let object = json.object, object.count == 1 else { return nil }
      if let text = object["text"]?.string { return .blob(Array(text.utf8)) }
      return object["base64"]?.string.flatMap { Base64.bytes(of: $0) }.map { .blob($0) }
    }
  }
}
