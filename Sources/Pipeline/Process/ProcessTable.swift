@unsafe @preconcurrency import Glibc

/// The kernel's table of processes, as far as `/proc` shows it.
enum ProcessTable {
  /// The children of a process, zombies included.
  static func children(of pid: pid_t) -> [pid_t] {
    guard let threads = FileBytes.names(in: "/proc/\(pid)/task") else { return [] }
    var children: [pid_t] = []
    for thread in threads {
      guard let bytes = FileBytes.read("/proc/\(pid)/task/\(thread)/children") else { continue }
      children += bytes.split(separator: UInt8(ascii: " ")).compactMap { pid_t(String(decoding: $0, as: UTF8.self)) }
    }
    return children
  }

  /// The given processes and all their descendants, parents first; no more than `limit` are looked for.
  static func trees(under roots: [pid_t], limit: Int = .max) -> [pid_t] {
    trees(under: roots, limit: limit) { _ in }
  }

  /// Stops the given processes and all their descendants, each before it is asked for its children, so that a tree
  /// cannot grow faster than it is walked.
  static func stopTrees(under roots: [pid_t]) -> [pid_t] {
    trees(under: roots, limit: .max) { kill($0, SIGSTOP) }
  }

  private static func trees(under roots: [pid_t], limit: Int, visit: (pid_t) -> Void) -> [pid_t] {
    var found = roots
    var seen = Set(roots)
    var next = 0
    while next < found.count, found.count < limit {
      visit(found[next])
      found += children(of: found[next]).filter { seen.insert($0).inserted }
      next += 1
    }
    return found
  }

  /// All processes.
  static func all() -> [pid_t] { (FileBytes.names(in: "/proc") ?? []).compactMap { pid_t($0) } }

  /// The parent of a process; nil where there is no such process.
  static func parent(of pid: pid_t) -> pid_t? { field(1, of: pid).flatMap { pid_t($0) } }

  /// What a process does, as the kernel's letter for it; nil where there is no such process.
  static func state(of pid: pid_t) -> String? { field(0, of: pid) }

  /// A field of "12 (a name) S 1 …" behind the name, which may hold anything.
  private static func field(_ index: Int, of pid: pid_t) -> String? {
    guard let bytes = FileBytes.read("/proc/\(pid)/stat"), let end = bytes.lastIndex(of: UInt8(ascii: ")")) else {
      return nil
    }
    let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
    return fields.count > index ? String(decoding: fields[index], as: UTF8.self) : nil
  }

  /// The value of a variable in the environment a process was started with.
  static func environment(_ name: String, of pid: pid_t) -> String? {
    let prefix = Array("\(name)=".utf8)
    let variables = FileBytes.read("/proc/\(pid)/environ")?.split(separator: 0)
    return variables?.first { $0.starts(with: prefix) }.map {
      String(decoding: $0.dropFirst(prefix.count), as: UTF8.self)
    }
  }
}
