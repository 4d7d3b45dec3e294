@unsafe @preconcurrency import Glibc
package import Testing

/// Golden text in a file of the folder `Snapshots` beside the test; `RECORD_SNAPSHOTS=1` writes it anew and fails.
package struct Snapshot {
  private let path: String

  /// The snapshot `name` of the test file at `testFile`, which is the caller's own.
  package init(_ name: String, testFile: String = #filePath) {
    let folder = testFile[..<(testFile.lastIndex(of: "/") ?? testFile.startIndex)]
    path = "\(folder)/Snapshots/\(name)"
  }

  /// Records an issue at the first line in which `text` differs from the file.
  package func expect(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
    if unsafe getenv("RECORD_SNAPSHOTS") != nil {
      record(text)
      Issue.record("Recorded '\(path)'; run again without RECORD_SNAPSHOTS.", sourceLocation: sourceLocation)
      return
    }
    guard let expected = read() else {
      Issue.record("There is no '\(path)'; record it with RECORD_SNAPSHOTS=1.", sourceLocation: sourceLocation)
      return
    }
    guard expected != text else { return }
    let lines = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let found = text.split(separator: "\n", omittingEmptySubsequences: false)
    let index = zip(lines, found).enumerated().first { $1.0 != $1.1 }?.offset ?? min(lines.count, found.count)
    let wanted = index < lines.count ? String(lines[index]) : "<end>"
    let got = index < found.count ? String(found[index]) : "<end>"
    Issue.record("\(path):\(index + 1): expected '\(wanted)', found '\(got)'.", sourceLocation: sourceLocation)
  }

  private func read() -> String? {
    guard let file = unsafe fopen(path, "re") else { return nil }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe fread(&buffer, 1, buffer.count, file)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }

  private func record(_ text: String) {
    guard let file = unsafe fopen(path, "we") else { return }
    defer { unsafe fclose(file) }
    let bytes = Array(text.utf8)
    unsafe fwrite(bytes, 1, bytes.count, file)
  }
}
