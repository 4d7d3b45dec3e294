import JSON
package import Pipeline
package import SourceControl

/// The whole state of a project as one JSON file: every table of its database, with the number of their schema.
///
/// Migrations bring the tables of an earlier schema up to date, in a file as in a database; `version` is that of what is
/// around the tables.
package struct StateFile: Sendable {
  static let format = "autonomy state"
  static let version = 1

  /// Absolute.
  package let path: String

  package init(path: String) {
    self.path = path
  }

  /// What was written or read.
  package struct Summary: Hashable, Sendable {
    package var counts: StateCounts
    /// The size of the file in bytes.
    package var size: Int
  }

  /// Writes what `reader` shows; whoever reads the file at the same time sees the old one or the new one, whole.
  ///
  /// `checkpoints` are those that the project has, by what names their content. Throws `StateFileError`, and
  /// `JournalError` where the state itself cannot be read.
  package func write(
    _ reader: JournalReader,
    checkpoints: [SnapshotID: ObjectID],
    mask: SecretMask
  ) throws -> Summary {
    do {
      var file = try PrivateFile(path: path)
      let known = checkpoints.sorted { $0.key < $1.key }.map { id, commit in
        ["id": .string("\(id)"), "commit": .string("\(commit)")] as JSONValue
      }
      try file.write(
        """
        {
        "format":\(JSONValue.string(Self.format)),
        "version":\(Self.version),
        "schema":\(JournalReader.schema),
        "checkpoints":\(JSONValue.array(known)),
        "tables":{
        """.utf8
      )
      var counts: [String: Int] = [:]
      try reader.forEachTable(mask: mask) { name, rows in
        try file.write("\(counts.isEmpty ? "" : ",")\n\(JSONValue.string(name)):[".utf8)
        var count = 0
        try rows { row in
          try file.write(count == 0 ? [0x0A] : [UInt8(ascii: ","), 0x0A])
          try file.write(JSONValue.object(row).utf8())
          count += 1
        }
        try file.write((count == 0 ? "]" : "\n]").utf8)
        counts[name] = count
      }
      try file.write("\n}\n}\n".utf8)
      try file.finish()
      return Summary(counts: StateCounts(rows: counts), size: file.size)
    } catch let error as WorkspaceError {
      throw StateFileError(error.message)
    }
  }
}

/// Why a file of a state cannot be written or taken over.
package struct StateFileError: Error, Hashable, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
