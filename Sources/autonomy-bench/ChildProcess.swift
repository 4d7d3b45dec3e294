@unsafe @preconcurrency import Glibc

/// A program that is run to its end.
struct ChildProcess {
  /// A child that could not be measured.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// How long the child ran, and the most memory it held itself, in kibibytes; what its children held does not count.
  struct Figures {
    let time: Duration
    let peak: Int
  }

  let arguments: [String]

  /// Runs the program, whose output is thrown away unless it is to be shown; `watchesMemory` looks every few
  /// milliseconds, which costs a little time.
  func run(watchesMemory: Bool = false, showsOutput: Bool = false) throws(Failure) -> Figures {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    let streams: [(Int32, Int32)] = [(0, O_RDONLY), (1, O_WRONLY), (2, O_WRONLY)]
    for (descriptor, flags) in streams.prefix(showsOutput ? 1 : 3) {
      unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", flags, 0)
    }
    var vector = unsafe arguments.map { unsafe strdup($0) } + [nil]
    defer {
      for index in unsafe vector.indices { unsafe free(vector[index]) }
    }
    var child: pid_t = 0
    let start = ContinuousClock.now
    guard unsafe posix_spawn(&child, arguments[0], &actions, nil, &vector, environ) == 0 else {
      throw Failure(description: "'\(arguments[0])' could not be started.")
    }
    var status: Int32 = 0
    var peak = 0
    while unsafe waitpid(child, &status, watchesMemory ? WNOHANG : 0) == 0 {
      peak = max(peak, Memory.peak(of: "\(child)"))
      usleep(5000)
    }
    let time = ContinuousClock.now - start
    guard status == 0 else { throw Failure(description: "\(arguments) ended with status \(status).") }
    return Figures(time: time, peak: peak)
  }
}

/// What the kernel says of a process's memory.
enum Memory {
  /// The most that a process has held since it began, or since `forgetPeak`, in kibibytes.
  static func peak(of process: String = "self") -> Int {
    guard let file = unsafe fopen("/proc/\(process)/status", "r") else { return 0 }
    defer { unsafe fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while unsafe fgets(&line, 256, file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard text.hasPrefix("VmHWM:") else { continue }
      return Int(text.filter(\.isNumber)) ?? 0
    }
    return 0
  }

  /// Begins to count this process's peak anew.
  static func forgetPeak() {
    guard let file = unsafe fopen("/proc/self/clear_refs", "w") else { return }
    unsafe fputs("5", file)
    unsafe fclose(file)
  }
}
