import CZlib

/// A folder as the cache on disk has it.
struct CachedFolder {
  let number: UInt32
  /// The folders in it and the numbers of their blocks.
  private(set) var folders: [(name: [UInt8], number: UInt32)] = []
  private var id: ObjectID?
  private var isIgnored = false
  private var isTrusted = false
  private var status: FileStatus?
  private var ignoreFile = IgnoreFile()
  private var names: [UInt8] = []
  private var files: [FileRecord] = []
  private var skips: [ArraySlice<UInt8>: SkipReason] = [:]

  /// Gives a folder what is known of it, but for the folders in it.
  func fill(_ folder: Folder) {
    (folder.number, folder.id, folder.isIgnored, folder.isTrusted) = (number, id, isIgnored, isTrusted)
    (folder.status, folder.ignoreFile, folder.names, folder.files) = (status, ignoreFile, names, files)
    (folder.skips, folder.isUnsaved) = (skips, false)
  }

  /// Reads what `BlockWriter` wrote, or nothing.
  init?(_ block: [UInt8]) {
    var reader = BlockReader(block)
    guard let number = reader.value(UInt32.self), let flags = reader.value(UInt8.self) else { return nil }
    self.number = number
    (isIgnored, isTrusted) = (flags & 1 != 0, flags & 2 != 0)
    if flags & 4 != 0 {
      guard let id = reader.value(ObjectID.self) else { return nil }
      self.id = id
    }
    if flags & 8 != 0 {
      guard let status = reader.value(FileStatus.self) else { return nil }
      self.status = status
    }
    if flags & 16 != 0 {
      guard let status = reader.value(FileStatus.self), let source = reader.bytes() else { return nil }
      ignoreFile = IgnoreFile(source: source, status: status, isTrusted: flags & 32 != 0)
    }
    guard let names = reader.bytes(), let files = reader.values(FileRecord.self),
      let count = reader.value(Int.self)
    else { return nil }
    (self.names, self.files) = (names, files)
    guard files.allSatisfy({ $0.nameRange.upperBound < names.count }) else { return nil }
    for _ in 0..<count {
      guard let name = reader.bytes(), let number = reader.value(UInt32.self) else { return nil }
      folders.append((name, number))
    }
    // Names that are skipped for themselves are in no other list; files are looked at again.
    guard let reserved = reader.value(Int.self) else { return nil }
    for _ in 0..<reserved {
      guard let name = reader.bytes() else { return nil }
      skips[name[...]] = .reserved
    }
  }
}

/// Writes folders as blocks: a length, a checksum, and the values as they are in memory.
enum BlockWriter {
  static func append(_ folder: Folder, to bytes: inout [UInt8]) {
    let start = bytes.count
    bytes += number(0) + number(0)
    append(folder.number ?? 0, to: &bytes)
    var flags: UInt8 = (folder.isIgnored ? 1 : 0) | (folder.isTrusted ? 2 : 0) | (folder.id != nil ? 4 : 0)
    flags |= (folder.status != nil ? 8 : 0) | (folder.ignoreFile.status != nil ? 16 : 0)
    flags |= folder.ignoreFile.isTrusted ? 32 : 0
    append(flags, to: &bytes)
    if let id = folder.id { append(id, to: &bytes) }
    if let status = folder.status { append(status, to: &bytes) }
    if let status = folder.ignoreFile.status {
      append(status, to: &bytes)
      append(folder.ignoreFile.source, to: &bytes)
    }
    append(folder.names, to: &bytes)
    bytes += number(folder.files.count)
    unsafe folder.files.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    bytes += number(folder.folders.count)
    for child in folder.folders {
      append(Array(child.name.text), to: &bytes)
      append(child.number ?? 0, to: &bytes)
    }
    let reserved = folder.skips.filter { $0.value == .reserved }.keys
    bytes += number(reserved.count)
    for name in reserved { append(Array(name), to: &bytes) }
    let count = bytes.count - start - 16
    let checksum = unsafe bytes.withUnsafeBytes { bytes in
      unsafe czlib_crc32(0, bytes.baseAddress.map { unsafe $0 + (start + 16) }, count)
    }
    bytes.replaceSubrange(start..<(start + 16), with: number(count) + number(Int(checksum)))
  }

  static func number(_ value: Int) -> [UInt8] {
    unsafe withUnsafeBytes(of: value) { unsafe Array($0) }
  }

  private static func append(_ list: [UInt8], to bytes: inout [UInt8]) {
    bytes += number(list.count)
    bytes += list
  }

  private static func append(_ value: some BitwiseCopyable, to bytes: inout [UInt8]) {
    unsafe withUnsafeBytes(of: value) { unsafe bytes.append(contentsOf: $0) }
  }
}

/// Reads the values of a block.
struct BlockReader {
  private let block: [UInt8]
  private var position = 0

  init(_ block: [UInt8]) {
    self.block = block
  }

  mutating func value<Value: BitwiseCopyable>(_ type: Value.Type) -> Value? {
    let size = MemoryLayout<Value>.size
    guard block.count - position >= size else { return nil }
    defer { position += size }
    return unsafe block.withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: position, as: type) }
  }

  mutating func values<Value: BitwiseCopyable>(_ type: Value.Type) -> [Value]? {
    let stride = MemoryLayout<Value>.stride
    guard let count = value(Int.self), count >= 0, count <= (block.count - position) / stride else { return nil }
    defer { position += count * stride }
    return unsafe block.withUnsafeBytes { block in
      unsafe [Value](unsafeUninitializedCapacity: count) { values, initialized in
        let source = unsafe UnsafeRawBufferPointer(rebasing: block[position..<(position + count * stride)])
        unsafe UnsafeMutableRawBufferPointer(values).copyMemory(from: source)
        initialized = count
      }
    }
  }

  mutating func bytes() -> [UInt8]? { values(UInt8.self) }
}

/// Reads the blocks of a cache one by one, as long as they are whole.
struct CacheReader: ~Copyable {
  private let file: FileHandle
  /// The number that stands for the rules.
  private(set) var rules: UInt64 = 0

  /// Begins behind the heading; nil if the file has another.
  init?(_ file: consuming FileHandle, heading: [UInt8]) {
    self.file = file
    guard read(heading.count) == heading, let number = read(8) else { return nil }
    var reader = BlockReader(number)
    rules = reader.value(UInt64.self) ?? 0
  }

  mutating func next() -> (block: CachedFolder, size: Int)? {
    guard let head = read(16) else { return nil }
    var reader = BlockReader(head)
    guard let count = reader.value(Int.self), let checksum = reader.value(Int.self), 0..<(1 << 30) ~= count,
      let bytes = read(count),
      unsafe bytes.withUnsafeBytes({ unsafe czlib_crc32(0, $0.baseAddress, $0.count) })
        == UInt32(truncatingIfNeeded: checksum),
      let block = CachedFolder(bytes)
    else { return nil }
    return (block, 16 + count)
  }

  private func read(_ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    guard let filled = try? file.read(into: &bytes), filled == count else { return nil }
    return bytes
  }
}
