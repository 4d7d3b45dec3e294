/// The list of files that Git tracks, read from a repository's index; only the paths are of interest.
///
/// Git keeps tracking a file that rules ignore, if it was added nevertheless.
struct GitIndex {
  private let bytes: [UInt8]
  private var position = 12

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Reads the paths in an index file, or as many as are readable in one that is damaged.
  static func paths(in bytes: [UInt8]) -> [[UInt8]] {
    var index = GitIndex(bytes: bytes)
    guard bytes.count >= 12, bytes.starts(with: "DIRC".utf8), 2...4 ~= index.number(at: 4, byteCount: 4) else {
      return []
    }
    let version = index.number(at: 4, byteCount: 4)
    var paths: [[UInt8]] = []
    for _ in 0..<index.number(at: 8, byteCount: 4) {
      guard let path = index.readPath(version: version, after: paths.last ?? []) else { break }
      paths.append(path)
    }
    return paths
  }

  private static let idByteCount = 20

  /// Reads one entry: ten numbers of a status, an id, flags, and the path.
  private mutating func readPath(version: Int, after previous: [UInt8]) -> [UInt8]? {
    let start = position
    let flags = start + 40 + Self.idByteCount
    guard flags + 4 <= bytes.count else { return nil }
    let isExtended = version >= 3 && number(at: flags, byteCount: 2) & 0x4000 != 0
    position = flags + (isExtended ? 4 : 2)
    var kept = 0
    if version == 4 {
      // The path is given by what it shares with the one before.
      guard let dropped = readDistance(), dropped <= previous.count else { return nil }
      kept = previous.count - dropped
    }
    guard let end = bytes[min(position, bytes.count)...].firstIndex(of: 0) else { return nil }
    let path = previous[..<kept] + bytes[position..<end]
    // Up to version 3 entries are filled with NULs to a multiple of eight bytes, at least one of them.
    position = version == 4 ? end + 1 : start + ((end - start) / 8 + 1) * 8
    return path.isEmpty ? nil : Array(path)
  }

  /// Reads a number in Git's variable length, seven bits a byte.
  private mutating func readDistance() -> Int? {
    var value = -1
    while position < bytes.count, value < 1 << 20 {
      let byte = bytes[position]
      position += 1
      value = (value + 1) << 7 | Int(byte & 0x7F)
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }

  private func number(at offset: Int, byteCount: Int) -> Int {
    bytes[offset..<(offset + byteCount)].reduce(0) { $0 << 8 | Int($1) }
  }
}
