import Dispatch
@unsafe @preconcurrency import Glibc
import Synchronization

/// Waits for the disk, several of which cost little more than one when they come at once.
enum DiskWait {
  /// Waits until a file's content and status, or the names in a folder, are safe from a loss of power.
  static func forAll(of descriptor: Int32) throws(FileFailure) {
    guard fsync(descriptor) == 0 else { throw FileFailure(errno) }
  }

  /// Waits until a file's content is.
  static func forContent(of descriptor: Int32) throws(FileFailure) {
    guard fdatasync(descriptor) == 0 else { throw FileFailure(errno) }
  }

  /// Does `count` things that wait, several at a time, and answers what each came to.
  ///
  /// A file system with a journal writes it once for all that wait at that moment, and so does a disk with its cache.
  static func inParallel<Value: Sendable>(
    _ count: Int,
    _ body: @escaping @Sendable (_ index: Int) -> Value
  ) -> [Value] {
    let results = Results<Value>(count: count)
    @Sendable func work() {
      while let index = results.next() { results.put(body(index), at: index) }
    }
    let group = DispatchGroup()
    for lane in lanes.prefix(max(0, count - 1)) { lane.async(group: group, execute: work) }
    work()
    group.wait()
    return results.all
  }

  /// Queues of their own, each of which has a thread; a concurrent one has no more threads than there are processors.
  private static let lanes = (1..<8).map { DispatchQueue(label: "autonomy.disk.\($0)") }

  private final class Results<Value: Sendable>: Sendable {
    private let count: Int
    private let state = Mutex<(taken: Int, values: [Int: Value])>((0, [:]))

    init(count: Int) {
      self.count = count
    }

    /// The index of what nobody has taken yet; nil if there is nothing left.
    func next() -> Int? {
      state.withLock { state in
        guard state.taken < count else { return nil }
        state.taken += 1
        return state.taken - 1
      }
    }

    func put(_ value: Value, at index: Int) { state.withLock { $0.values[index] = value } }

    /// In the order of their indices.
    var all: [Value] { state.withLock { state in (0..<count).compactMap { state.values[$0] } } }
  }
}
