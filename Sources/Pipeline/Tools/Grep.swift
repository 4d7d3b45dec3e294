@unsafe @preconcurrency import Glibc
import SourceControl

/// A search for lines by grep(1), in a child process with limits, so that no pattern can harm this one.
///
/// Only line numbers are taken from it: the child opens files by name, and a name may have become a link meanwhile.
struct Grep {
  let pattern: String
  let root: String
  /// When so many lines are found, the search ends.
  let most: Int

  private static let seconds = 10
  private static let mostArgumentBytes = 96 << 10
  private static let script = "ulimit -t \(seconds); ulimit -v 1048576; exec grep \"$@\""

  /// Searches text files, in the order given.
  func matches(in files: [ProjectPath]) async throws(ToolError) -> FoundLines {
    if let reason = Self.foreignSyntax(in: pattern) { throw .respondToModel(reason) }
    var found = FoundLines()
    var count = 0
    var rest = files[...]
    // Without files the pattern is checked all the same.
    repeat {
      var batch: [String] = []
      var paths: [String: ProjectPath] = [:]
      var size = 0
      while let path = rest.first, size < Self.mostArgumentBytes {
        batch.append("./\(path)")
        paths["./\(path)"] = path
        size += path.description.utf8.count + 3
        rest = rest.dropFirst()
      }
      let output = try await run(batch.isEmpty ? ["/dev/null"] : batch, &found)
      for match in Self.parse(output, of: paths) {
        let numbers = match.numbers.prefix(most - count)
        if !numbers.isEmpty { found.lines.append(FoundLines.FileMatch(path: match.path, numbers: Array(numbers))) }
        count += numbers.count
        if numbers.count < match.numbers.count { found.isCut = true }
      }
    } while !rest.isEmpty && !found.isCut && count < most
    if !rest.isEmpty { found.isCut = true }
    return found
  }

  /// Says what in the pattern belongs to other kinds of expressions; grep(1) would silently take it for letters.
  private static func foreignSyntax(in pattern: String) -> String? {
    var rest = Array(pattern.utf8)[...]
    while let byte = rest.popFirst() {
      switch (byte, rest.first) {
      case (0, _): return "The pattern holds a NUL character."
      case (UInt8(ascii: "("), UInt8(ascii: "?")):
        return "The pattern '\(pattern)' holds '(?', which extended regular expressions do not know. Use plain groups."
      case (UInt8(ascii: "\\"), UInt8(ascii: "d")), (UInt8(ascii: "\\"), UInt8(ascii: "D")):
        return "The pattern '\(pattern)' holds '\\d', which extended regular expressions do not know. Use '[0-9]'."
      case (UInt8(ascii: "\\"), _): rest = rest.dropFirst()
      default: break
      }
    }
    return nil
  }

  private func run(_ files: [String], _ found: inout FoundLines) async throws(ToolError) -> [UInt8] {
    // One more than is shown, to know whether there are more.
    let options = ["-E", "-H", "-I", "-Z", "-n", "-s", "-m", "\(most + 1)", "-e", pattern, "--"]
    let request = ProcessRequest(
      arguments: ["/bin/sh", "-c", Self.script, "grep"] + options + files,
      directory: root,
      environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"],
      timeLimit: .seconds(Self.seconds),
      outputLimit: 1 << 20
    )
    let result: ProcessResult
    do {
      result = try await ProcessRunner().run(request)
    } catch {
      throw ToolError(calling: error)
    }
    let complaint = result.standardError.text.split(separator: "\n").first.map { line in
      line.hasPrefix("grep: ") ? String(line.dropFirst(6)) : String(line)
    }
    if result.exitCode == 2, let complaint {
      throw .respondToModel("The pattern '\(pattern)' is no extended regular expression: \(complaint).")
    }
    guard let code = result.exitCode, !result.timedOut, code <= 2 else {
      if result.exitCode == 127 { throw .fatal("'grep' was not found. Install it, then go on.") }
      throw .respondToModel(
        "The search took too much time or memory. Give a simpler pattern, or narrow it with 'path'."
      )
    }
    found.warning = complaint
    found.isCut = result.output.isTruncated
    return result.output.head
  }

  /// Reads lines of `path NUL number : text`; the last may be cut.
  private static func parse(_ output: [UInt8], of paths: [String: ProjectPath]) -> [FoundLines.FileMatch] {
    var matches: [FoundLines.FileMatch] = []
    for line in output.split(separator: UInt8(ascii: "\n")) {
      guard let end = line.firstIndex(of: 0), let colon = line[end...].firstIndex(of: UInt8(ascii: ":")),
        let number = Int(String(decoding: line[(end + 1)..<colon], as: UTF8.self)),
        let path = paths[String(decoding: line[..<end], as: UTF8.self)]
      else { continue }
      if matches.last?.path == path {
        matches[matches.count - 1].numbers.append(number)
      } else {
        matches.append(FoundLines.FileMatch(path: path, numbers: [number]))
      }
    }
    return matches
  }
}
