import CZlib

/// Makes the parts of one long content smaller, each by what it shares with those before it.
package final class StreamCompressor {
  private let deflater: Deflater

  package init() throws {
    deflater = try Deflater()
  }

  /// The compressed part, with its size before it; only a `StreamDecompressor` that has read all parts before can read it.
  package func compress(_ part: [UInt8]) throws -> [UInt8] {
    var compressed = bigEndian(UInt32(clamping: part.count))
    try deflater.deflate(part.span, to: czlib_part) { compressed += $0 }
    return compressed
  }
}

/// Reads what a `StreamCompressor` wrote, part after part.
@safe package final class StreamDecompressor {
  private let inflater: OpaquePointer

  /// A part that claims to be larger is damaged.
  private static let most = 1 << 30

  package init() throws {
    if let failure = unsafe czlib_open() { throw SnapshotError.unusableLibrary(unsafe String(cString: failure)) }
    guard let inflater = unsafe czlib_inflater_new() else {
      throw SnapshotError.unusableLibrary("no memory to decompress with")
    }
    unsafe self.inflater = inflater
  }

  deinit {
    unsafe czlib_inflater_free(inflater)
  }

  /// The next part; nil if it is damaged, and then all that follow are.
  package func decompress(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count >= 4 else { return nil }
    let size = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
    guard size <= Self.most else { return nil }
    // After what was written out nothing more is, so that there is nothing to read.
    if size == 0 && bytes.count == 4 { return [] }
    var isWhole = false
    let part = unsafe [UInt8](unsafeUninitializedCapacity: size + 1) { output, count in
      let status = unsafe bytes.withUnsafeBytes { input in
        unsafe czlib_inflate_part(
          inflater,
          input.baseAddress.map { unsafe $0 + 4 },
          input.count - 4,
          output.baseAddress,
          size + 1
        )
      }
      isWhole = status == 0
      count = isWhole ? size : 0
    }
    return isWhole ? part : nil
  }
}
