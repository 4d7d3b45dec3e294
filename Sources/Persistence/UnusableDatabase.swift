/// The reason why a file is refused as a database of this program; such a file is never changed.
package enum UnusableDatabase: Error, Hashable {
  case newer(path: String, version: Int, newest: Int)
  case foreign(path: String)
  case damaged(path: String, detail: String)
}

extension UnusableDatabase: CustomStringConvertible {
  package var description: String {
    switch self {
    case .newer(let path, let version, let newest):
      """
      The database '\(path)' was written by a newer version of this program (its schema is \(version), the newest \
      known here is \(newest)). Install the newer version, or move the file away to start anew.
      """
    case .foreign(let path):
      """
      The database '\(path)' belongs to another program and was left as it is. Move it away, or give another folder.
      """
    case .damaged(let path, let detail):
      """
      The database '\(path)' is damaged (\(detail)) and was left as it is. Restore it from a copy, or move it away, \
      with its '-wal' and '-shm' files, to start anew.
      """
    }
  }
}
