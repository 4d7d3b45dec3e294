@unsafe @preconcurrency import Glibc

/// A folder outside of any project that goes with its owner, with all that is in it.
package final class TemporaryFolder: Sendable {
  /// Absolute, without symbolic links.
  package let path: String

  /// Makes a folder where the system keeps such.
  package init() throws(ProcessError) {
    let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array("\(base)/autonomy-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else {
      throw ProcessError(.resources, "No folder can be made in '\(base)': \(ProcessError.text(of: errno)).")
    }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    self.path = RealPath.of(path) ?? path
  }

  deinit {
    CopiedTree.remove(path)
  }
}
