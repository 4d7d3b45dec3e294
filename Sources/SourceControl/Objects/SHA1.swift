import CZlib

/// The checksum that Git puts at the end of packs and their indexes.
struct SHA1 {
  private var digest = czlib_sha1()

  init() {
    unsafe czlib_sha1_begin(&digest)
  }

  mutating func update(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBytes { unsafe czlib_sha1_update(&digest, $0.baseAddress, $0.count) }
  }

  mutating func update(_ bytes: [UInt8]) {
    update(bytes.span)
  }

  mutating func finish() -> ObjectID {
    var bytes = [UInt8](repeating: 0, count: ObjectID.byteCount)
    unsafe bytes.withUnsafeMutableBufferPointer { unsafe czlib_sha1_end(&digest, $0.baseAddress) }
    return ObjectID(bytes.span, at: 0)
  }
}
