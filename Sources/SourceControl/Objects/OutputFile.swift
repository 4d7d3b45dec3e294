@unsafe @preconcurrency import Glibc

/// A file under a passing name that gets its own when it is complete; without that it goes with its owner.
struct OutputFile: ~Copyable, Sendable {
  private let folder: String
  private let passingName: String
  private let handle: FileHandle
  private var buffer: [UInt8] = []
  private var writtenSize = 0
  private var isPublished = false

  private static let bufferSize = 256 * 1024

  init(in folder: String, prefix: String) throws(SnapshotError) {
    self.folder = folder
    passingName = "\(folder)/\(prefix)\(getpid())_\(UInt32.random(in: 0 ... .max))"
    do {
      handle = try FileHandle(descriptor: unsafe open(passingName, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
    } catch {
      throw .system(error, at: folder)
    }
  }

  deinit {
    if !isPublished { unsafe unlink(passingName) }
  }

  var size: Int { writtenSize + buffer.count }

  mutating func write(_ bytes: [UInt8]) throws(SnapshotError) {
    if buffer.isEmpty { buffer.reserveCapacity(Self.bufferSize) }
    if buffer.count + bytes.count > Self.bufferSize { try flush() }
    if bytes.count >= Self.bufferSize {
      try put(bytes, at: writtenSize)
      writtenSize += bytes.count
    } else {
      buffer += bytes
    }
  }

  mutating func overwrite(_ bytes: [UInt8], at offset: Int) throws(SnapshotError) {
    try flush()
    try put(bytes, at: offset)
  }

  mutating func truncate(to size: Int) throws(SnapshotError) {
    try flush()
    guard ftruncate(handle.descriptor, size) == 0 else { throw failure }
    writtenSize = size
  }

  /// Computes the checksum of everything written.
  mutating func digest() throws(SnapshotError) -> ObjectID {
    try flush()
    var digest = SHA1()
    var chunk = [UInt8](repeating: 0, count: Self.bufferSize)
    var offset = 0
    while offset < writtenSize {
      let count = unsafe chunk.withUnsafeMutableBytes { bytes in
        unsafe pread(handle.descriptor, bytes.baseAddress, bytes.count, offset)
      }
      guard count > 0 else { throw failure }
      digest.update(chunk.span.extracting(first: count))
      offset += count
    }
    return digest.finish()
  }

  mutating func sync() throws(SnapshotError) {
    try flush()
    do {
      try DiskWait.forContent(of: handle.descriptor)
    } catch {
      throw .system(error, at: passingName)
    }
  }

  private var descriptor: Int32 { handle.descriptor }

  /// Waits for two files or three at once.
  static func sync(
    _ first: inout OutputFile,
    _ second: inout OutputFile,
    _ third: inout OutputFile?
  ) throws(SnapshotError) {
    try first.flush()
    try second.flush()
    try third?.flush()
    let descriptors = [first.descriptor, second.descriptor] + [third?.descriptor].compactMap(\.self)
    let failures = DiskWait.inParallel(descriptors.count) { index -> FileFailure? in
      do throws(FileFailure) {
        try DiskWait.forContent(of: descriptors[index])
        return nil
      } catch {
        return error
      }
    }
    for case let failure? in failures { throw .system(failure, at: first.folder) }
  }

  /// Gives the file its name, in place of one that has it.
  mutating func publish(as name: String) throws(SnapshotError) {
    try flush()
    guard unsafe rename(passingName, "\(folder)/\(name)") == 0 else { throw failure }
    isPublished = true
  }

  private mutating func flush() throws(SnapshotError) {
    guard !buffer.isEmpty else { return }
    try put(buffer, at: writtenSize)
    writtenSize += buffer.count
    buffer.removeAll(keepingCapacity: true)
  }

  private func put(_ bytes: [UInt8], at offset: Int) throws(SnapshotError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { bytes in
        unsafe pwrite(handle.descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done, offset + done)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure }
      done += count
    }
  }

  private var failure: SnapshotError { .system(FileFailure(errno), at: passingName) }
}

extension FileHandle {
  /// Waits until names in an open folder, or the file's content, are safe from a loss of power.
  borrowing func synchronize() throws(FileFailure) { try DiskWait.forAll(of: descriptor) }

  /// Goes back to the file's beginning.
  borrowing func rewind() throws(FileFailure) {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw FileFailure(errno) }
  }
}
