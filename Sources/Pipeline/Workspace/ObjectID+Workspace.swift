import SourceControl

extension ObjectID {
  /// Names the content `bytes` of the file at `path`.
  static func of(_ bytes: [UInt8], at path: String) throws(WorkspaceError) -> ObjectID {
    do {
      return try ObjectID(blob: bytes)
    } catch {
      throw WorkspaceError(.environment, path: path, "\(error)")
    }
  }
}
