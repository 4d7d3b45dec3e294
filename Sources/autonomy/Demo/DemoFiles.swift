import Embedded
@unsafe @preconcurrency import Glibc
import JSON
import OllamaSimulator
import Pipeline

/// The demo project and its scenario, which the program carries with it.
struct DemoFiles {
  /// The contents by path: `project/…`, `scenario.json`, `scenario/…`.
  private let files: [String: [UInt8]]

  init() throws {
    var files: [String: [UInt8]] = [:]
    for index in 0..<embedded_count(embedded_demo) {
      let file = unsafe embedded_at(embedded_demo, index)
      let path = unsafe String(cString: file.path)
      files[path] = unsafe Array(UnsafeBufferPointer(start: file.bytes, count: file.size))
    }
    self.files = files
  }

  /// Writes the project to a new folder, or to a temporary one, and answers its path.
  func unpack(to path: String?) throws -> String {
    let folder: String
    if let path {
      guard !ProjectPlace.exists(path) || Self.isEmpty(path) else {
        throw Refusal(.configuration, "'\(path)' is there already. Give a new folder.")
      }
      try NewFile.makeFolder(path)
      folder = path
    } else {
      folder = try Self.temporaryFolder()
    }
    for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
      guard name.hasPrefix(Self.projectPrefix) else { continue }
      let target = "\(folder)/\(name.dropFirst(Self.projectPrefix.count))"
      if let slash = target.lastIndex(of: "/") { try NewFile.makeFolder(String(target[..<slash])) }
      _ = try NewFile.write(bytes, to: target)
    }
    return folder
  }

  /// The scenario with the answers of the simulated models.
  func scenario() throws -> Scenario {
    let value = try JSONValue(parsing: files["scenario.json"] ?? [])
    return try Scenario(parsing: value) { (path) throws(ScenarioError) in
      guard let bytes = files[path] else { preconditionFailure("The demo's scenario names only files that are there.") }
      return bytes
    }
  }

  private static let projectPrefix = "project/"

  private static func temporaryFolder() throws -> String {
    let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array("\(base)/autonomy-demo-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else {
      throw Refusal(.environment, "No folder can be made in '\(base)': \(unsafe String(cString: strerror(errno))).")
    }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func isEmpty(_ path: String) -> Bool {
    guard let directory = unsafe opendir(path) else { return false }
    defer { unsafe closedir(directory) }
    var count = 0
    while unsafe readdir(directory) != nil { count += 1 }
    return count <= 2
  }
}
