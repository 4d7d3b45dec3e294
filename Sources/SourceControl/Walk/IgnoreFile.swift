/// An ignore file on disk and the rules read from it, read again only when it changed.
struct IgnoreFile: Sendable {
  private(set) var rules = IgnoreRules.none
  /// What the rules were read from.
  private(set) var source: [UInt8] = []
  private(set) var status: FileStatus?
  private(set) var isTrusted = false

  init() {}

  /// Takes what an earlier process read.
  init(source: [UInt8], status: FileStatus?, isTrusted: Bool) {
    (self.source, self.status, self.isTrusted) = (source, status, isTrusted)
    rules = IgnoreRules(parsing: source)
  }

  var isPresent: Bool { status != nil }

  /// Brings the rules up to date and tells whether they are others now.
  ///
  /// A file that is absent, a link or unreadable has no rules; Git holds it the same way.
  mutating func refresh(_ name: FileName, in folder: Int32, at time: Int) -> Bool {
    let current = try? FileStatus(of: name, in: folder)
    if current == status && (isTrusted || current == nil) { return false }
    let before = rules
    status = current
    isTrusted = current?.isTrusted(asOf: time) ?? true
    source = (try? Self.read(name, in: folder)) ?? []
    rules = IgnoreRules(parsing: source)
    return rules != before
  }

  private static func read(_ name: FileName, in folder: Int32) throws(FileFailure) -> [UInt8] {
    let file = try FileHandle(name, in: folder, isFolder: false)
    return try file.readAll()
  }
}

extension FileHandle {
  /// Reads a small file whole.
  borrowing func readAll() throws(FileFailure) -> [UInt8] {
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = try read(into: &buffer)
      content += buffer[..<count]
      if count < buffer.count { return content }
    }
  }
}
