@unsafe @preconcurrency import Glibc
import JSON
package import Pipeline
package import SourceControl

/// A state from a file, found whole and sound.
package struct ReadState {
  package let staged: StagedState
  /// The checkpoints that were there when it was written, by what names their content.
  package let checkpoints: [SnapshotID: ObjectID]
  package let summary: StateFile.Summary
}

extension StateFile {
  /// Reads the state and looks through all of it.
  ///
  /// Throws `StateFileError` with the file, the place and what is wrong there.
  package func read() throws -> ReadState {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw StateFileError("'\(path)' cannot be read: \(unsafe String(cString: strerror(errno))).")
    }
    defer { close(descriptor) }
    var size = 0
    do {
      let (staged, checkpoints) = try StateFileParser {
        let piece = try Self.piece(of: descriptor)
        size += piece?.count ?? 0
        return piece
      }.parse()
      return ReadState(
        staged: staged,
        checkpoints: checkpoints,
        summary: Summary(counts: staged.counts, size: size)
      )
    } catch let error as StateFileError {
      throw StateFileError("'\(path)' \(error.description)")
    } catch let error as JSONError {
      throw StateFileError("'\(path)' is no valid file of a state, \(error)")
    } catch let error as StoredValueError {
      throw StateFileError("'\(path)' holds what no project's state can be. \(error)")
    }
  }

  private static func piece(of descriptor: Int32) throws -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw StateFileError("cannot be read: \(unsafe String(cString: strerror(errno))).")
      }
      return count == 0 ? nil : Array(buffer[..<count])
    }
  }
}

/// The way through the text of a state's file.
private struct StateFileParser {
  private var reader: JSONDocumentReader
  private var format: String?
  private var version: Int?
  private var schema: Int?
  private var checkpoints: [SnapshotID: ObjectID] = [:]
  private var staged: StagedState?

  init(_ next: @escaping () throws -> [UInt8]?) {
    reader = JSONDocumentReader(next)
  }

  consuming func parse() throws -> (StagedState, [SnapshotID: ObjectID]) {
    var parser = self
    try parser.readMembers()
    guard let staged = parser.staged else { throw parser.reader.error("'tables' is missing.") }
    try staged.complete()
    return (staged, parser.checkpoints)
  }

  private mutating func readMembers() throws {
    try reader.enterObject()
    while let name = try reader.nextName() {
      switch name {
      case "format": format = try reader.value().string
      case "version": version = try reader.value().integer
      case "schema": schema = try reader.value().integer
      case "checkpoints": try readCheckpoints()
      case "tables": try readTables()
      default: throw reader.error("There is no member '\(name)' in a file of a state.")
      }
    }
    try reader.end()
  }

  /// The members before the tables say how these are to be read.
  private func makeStage() throws -> StagedState {
    guard staged == nil else { throw reader.error("'tables' occurs twice.") }
    guard format == StateFile.format else {
      throw reader.error("It is no state of autonomy: 'format' must be '\(StateFile.format)', before 'tables'.")
    }
    guard let version, version >= 1 else { throw reader.error("'version' must be a number from 1, before 'tables'.") }
    guard version <= StateFile.version else {
      throw StateFileError(
        "was written by a newer version of autonomy (its version is \(version), the newest known here is "
          + "\(StateFile.version)). Read it with that."
      )
    }
    guard let schema, schema >= 1 else { throw reader.error("'schema' must be a number from 1, before 'tables'.") }
    guard schema <= JournalReader.schema else {
      throw StateFileError(
        "was written by a newer version of autonomy (its schema is \(schema), the newest known here is "
          + "\(JournalReader.schema)). Read it with that."
      )
    }
    return try StagedState(schema: schema)
  }

  private mutating func readCheckpoints() throws {
    try reader.enterList()
    while try reader.nextElement() {
      let (line, column) = reader.place
      let value = try reader.value()
      guard let id = value["id"]?.string.flatMap({ SnapshotID($0) }),
        let commit = value["commit"]?.string.flatMap({ ObjectID($0) })
      else {
        throw JSONError(line: line, column: column, message: "A checkpoint has an 'id' such as 'c1', and a 'commit'.")
      }
      checkpoints[id] = commit
    }
  }

  private mutating func readTables() throws {
    let stage = try makeStage()
    staged = stage
    var missing = stage.tableNames
    try reader.enterObject()
    try stage.inserting {
      while let table = try reader.nextName() {
        guard missing.remove(table) != nil else {
          let isKnown = stage.tableNames.contains(table)
          throw reader.error(isKnown ? "The table '\(table)' occurs twice." : "There is no table '\(table)'.")
        }
        try readRows(of: table, into: stage)
      }
      if let table = missing.min() { throw reader.error("The table '\(table)' is missing.") }
    }
  }

  private mutating func readRows(of table: String, into stage: StagedState) throws {
    try reader.enterList()
    while try reader.nextElement() {
      let (line, column) = reader.place
      let row = try reader.value()
      do {
        try stage.insert(row, into: table)
      } catch let error as StoredValueError {
        throw JSONError(line: line, column: column, message: "in table '\(table)': \(error.description)")
      }
    }
  }
}
