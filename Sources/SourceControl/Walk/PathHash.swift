/// A checksum that is the same in every process, as Swift's own hashes are not.
enum PathHash {
  /// The 64-bit FNV-1a hash.
  static func hash(_ bytes: [UInt8]) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
  }

  /// A checksum of paths in any order.
  static func sum(_ paths: Set<ProjectPath>) -> UInt64 {
    paths.reduce(0) { $0 &+ hash($1.bytes) }
  }
}
