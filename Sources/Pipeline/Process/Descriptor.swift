import CSystem
@unsafe @preconcurrency import Glibc

/// A file descriptor that is closed with its owner.
struct Descriptor: ~Copyable {
  let number: Int32

  init(_ number: Int32) {
    self.number = number
  }

  deinit {
    // Closing what was never opened would overwrite the errno that says why.
    if number >= 0 { close(number) }
  }
}

/// A pipe that children inherit only where it is dup'ed to.
struct Pipe: ~Copyable {
  let reader: Descriptor
  let writer: Descriptor

  init() throws(ProcessError) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe2(&ends, O_CLOEXEC) == 0 else {
      throw ProcessError(.resources, "No pipe for a child process: \(ProcessError.text(of: errno)).")
    }
    reader = Descriptor(ends[0])
    writer = Descriptor(ends[1])
    // The reader alone must not block: a child expects an ordinary pipe.
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    // A larger pipe saves switching between writer and reader; without it all works as well.
    _ = fcntl(ends[0], Int32(system_set_pipe_size), 1 << 20)
  }

  consuming func intoReader() -> Descriptor { reader }
}
