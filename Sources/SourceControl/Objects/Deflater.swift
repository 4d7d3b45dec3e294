import CZlib

/// A compressor of contents for packs; each thread has its own.
@safe final class Deflater {
  /// Made with the first content, because most walks find nothing new.
  private var stream: OpaquePointer?
  private var output: [UInt8] = []

  /// The level that compresses source texts to about their size at the highest, in a fraction of its time.
  private static let level: Int32 = 1
  private static let room = 128 * 1024

  init() throws(SnapshotError) {
    if let failure = unsafe czlib_open() { throw .unusableLibrary(unsafe String(cString: failure)) }
  }

  deinit {
    if let stream = unsafe stream { unsafe czlib_deflater_free(stream) }
  }

  /// Adds an object to `pack`, unless it or the repository has it.
  func store(_ content: Span<UInt8>, as kind: ObjectKind, id: ObjectID, in pack: PackWriter?) throws {
    guard let pack, try pack.claim(id, size: content.count) else { return }
    try write(content, as: kind, id: id, to: pack)
  }

  /// Adds an object that was claimed.
  func write(_ content: Span<UInt8>, as kind: ObjectKind, id: ObjectID, to pack: PackWriter) throws {
    if kind == .tree { pack.keepTree(content, id: id) }
    var entry = kind.packHeader(size: content.count)
    try deflate(content, to: czlib_whole) { entry += $0 }
    try pack.append(entry, id: id)
  }

  /// Adds a file's content in pieces; answers false if that was not what has the id.
  func storeFile(
    _ file: borrowing FileHandle,
    size: Int,
    id: ObjectID,
    in pack: PackWriter,
    buffer: inout [UInt8]
  ) throws -> Bool {
    guard try pack.claim(id, size: size) else { return true }
    try file.rewind()
    var digest = SHA1()
    digest.update(Array("blob \(size)\0".utf8))
    var left = size
    return try pack.appendPieces(id: id) { write in
      write(ObjectKind.blob.packHeader(size: size))
      while true {
        let count = try file.read(into: &buffer)
        left -= count
        let isLast = left <= 0 || count < buffer.count
        digest.update(buffer.span.extracting(first: count))
        try deflate(buffer.span.extracting(first: count), to: isLast ? czlib_whole : czlib_more) { write($0) }
        if isLast { return left == 0 && digest.finish() == id }
      }
    }
  }

  /// Compresses a content, or more of one, as far as `end` says that it must be written out.
  func deflate(_ content: Span<UInt8>, to end: czlib_end, _ write: ([UInt8]) throws -> Void) throws {
    if unsafe stream == nil {
      unsafe stream = unsafe czlib_deflater_new(Self.level)
      output = [UInt8](repeating: 0, count: Self.room)
    }
    guard let stream = unsafe stream else { throw SnapshotError.unusableLibrary("no memory to compress with") }
    var left = content.count
    var isDone = false
    while !isDone {
      var room = output.count
      let status = unsafe content.withUnsafeBytes { input in
        unsafe output.withUnsafeMutableBytes { output in
          let start = unsafe input.baseAddress.map { unsafe $0 + (content.count - left) }
          return unsafe czlib_deflate(stream, start, &left, output.baseAddress, &room, end)
        }
      }
      guard status >= 0 else { throw SnapshotError.unusableLibrary("compressing failed with \(status)") }
      try write(Array(output[..<(output.count - room)]))
      isDone = status == 1 || end != czlib_whole && left == 0 && room > 0
    }
    if end == czlib_whole { unsafe czlib_deflater_reset(stream) }
  }
}

/// The kinds of object in a repository, with the numbers of packs.
enum ObjectKind: UInt8, Sendable {
  case commit = 1
  case tree = 2
  case blob = 3

  /// The bytes that precede a compressed object in a pack.
  func packHeader(size: Int) -> [UInt8] {
    var header = [rawValue << 4 | UInt8(size & 15)]
    var rest = size >> 4
    while rest > 0 {
      header[header.count - 1] |= 0x80
      header.append(UInt8(rest & 0x7F))
      rest >>= 7
    }
    return header
  }
}
