@unsafe @preconcurrency import Glibc

/// The index of a pack: which objects it has, and where.
struct PackIndex {
  /// In the order of their offsets.
  let entries: [PackEntry]
  /// The checksum in the pack's name and at its end.
  let pack: ObjectID

  private static let magic: [UInt8] = [0xFF, 0x74, 0x4F, 0x63, 0, 0, 0, 2]
  /// Marks an offset of more than 31 bits, which is in a table of its own.
  private static let largeOffset: UInt32 = 1 << 31

  /// Writes the index of a pack that ends with `pack`.
  static func write(_ entries: [PackEntry], pack: ObjectID, to file: inout OutputFile) throws(SnapshotError) {
    let sorted = entries.sorted { $0.id < $1.id }
    var counts = [UInt32](repeating: 0, count: 256)
    for entry in sorted { counts[Int(entry.id.firstByte)] += 1 }
    var bytes = magic
    var total: UInt32 = 0
    for count in counts {
      total += count
      bytes += bigEndian(total)
    }
    bytes.reserveCapacity(bytes.count + sorted.count * 28 + 40)
    for entry in sorted { entry.id.append(to: &bytes) }
    for entry in sorted { bytes += bigEndian(entry.checksum) }
    var large: [Int] = []
    for entry in sorted {
      if entry.offset < largeOffset {
        bytes += bigEndian(UInt32(entry.offset))
      } else {
        bytes += bigEndian(largeOffset | UInt32(large.count))
        large.append(entry.offset)
      }
    }
    for offset in large { bytes += bigEndian(UInt32(offset >> 32)) + bigEndian(UInt32(truncatingIfNeeded: offset)) }
    pack.append(to: &bytes)
    var digest = SHA1()
    digest.update(bytes)
    digest.finish().append(to: &bytes)
    try file.write(bytes)
  }

  /// Reads an index, or nothing if its checksum is wrong.
  init?(_ bytes: [UInt8]) {
    let tail = 2 * ObjectID.byteCount
    guard bytes.count >= 8 + 1024 + tail, bytes.starts(with: Self.magic) else { return nil }
    let span = bytes.span
    var digest = SHA1()
    digest.update(span.extracting(first: bytes.count - ObjectID.byteCount))
    guard digest.finish() == ObjectID(span, at: bytes.count - ObjectID.byteCount) else { return nil }
    func number(_ offset: Int) -> UInt32 {
      UInt32(bytes[offset]) << 24 | UInt32(bytes[offset + 1]) << 16 | UInt32(bytes[offset + 2]) << 8
        | UInt32(bytes[offset + 3])
    }
    let count = Int(number(8 + 1020))
    let ids = 8 + 1024
    let (checksums, offsets) = (ids + 20 * count, ids + 24 * count)
    let large = ids + 28 * count
    guard bytes.count >= large + tail else { return nil }
    pack = ObjectID(span, at: bytes.count - tail)
    var entries: [PackEntry] = []
    entries.reserveCapacity(count)
    for index in 0..<count {
      var offset = Int(number(offsets + 4 * index))
      if offset & Int(Self.largeOffset) != 0 {
        let position = large + 8 * (offset ^ Int(Self.largeOffset))
        guard position + 8 + tail <= bytes.count else { return nil }
        offset = Int(number(position)) << 32 | Int(number(position + 4))
      }
      let id = ObjectID(span, at: ids + 20 * index)
      entries.append(PackEntry(id: id, checksum: number(checksums + 4 * index), offset: offset))
    }
    self.entries = entries.sorted { $0.offset < $1.offset }
  }
}
