import JSON
import Persistence
import SourceControl

extension StateWriter {
  /// Writes what was said and what was found: transcripts, checks, files, contents, token ratios.
  func writeFinding(_ change: StateChange, in connection: Connection) throws {
    switch change {
    case .transcriptAppended(let step, let entries):
      for entry in entries {
        try connection.execute(
          """
          INSERT INTO transcript (step, position, entry)
          VALUES (?1, (SELECT coalesce(max(position) + 1, 0) FROM transcript WHERE step = ?1), ?2)
          """,
          [.integer(step), .text(mask.mask(entry.json).text())]
        )
      }
    case .checksRan(let statuses):
      try connection.execute("UPDATE check_status SET latest = NULL")
      try write(statuses, column: "latest", in: connection)
    case .checksApproved(let statuses):
      try connection.execute("UPDATE check_status SET approved = NULL")
      try write(statuses, column: "approved", in: connection)
    case .byProductsFound(let paths):
      for path in paths {
        try connection.execute(
          "INSERT INTO file (path, is_by_product) VALUES (?1, 1) ON CONFLICT (path) DO UPDATE SET is_by_product = 1",
          [.blob(path.bytes)]
        )
      }
    case .byProductsEnded(let paths):
      for path in paths {
        let path = [Value.blob(path.bytes)]
        try connection.execute("DELETE FROM file WHERE path = ? AND content IS NULL", path)
        try connection.execute("UPDATE file SET is_by_product = 0 WHERE path = ?", path)
      }
    case .filesKnown(let files):
      for (path, id) in files { try write(path, id, in: connection) }
    case .blobKept(let id, let content):
      try connection.execute(
        "INSERT INTO blob (id, content) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
        [.text(id.description), .blob(content)]
      )
    case .tokensCalibrated(let estimator):
      try writeSetting("tokens", estimator.json.text())
    default:
      break
    }
  }

  private func write(_ path: ProjectPath, _ id: ObjectID?, in connection: Connection) throws {
    if let id {
      try connection.execute(
        "INSERT INTO file (path, content) VALUES (?1, ?2) ON CONFLICT (path) DO UPDATE SET content = ?2",
        [.blob(path.bytes), .text(id.description)]
      )
    } else {
      try connection.execute("DELETE FROM file WHERE path = ?", [.blob(path.bytes)])
    }
  }

  private func write(_ statuses: [String: CheckResult.Status], column: String, in connection: Connection) throws {
    for (name, status) in statuses {
      try connection.execute(
        "INSERT INTO check_status (name, \(column)) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET \(column) = ?2",
        [.text(name), .text(status.rawValue)]
      )
    }
  }
}
