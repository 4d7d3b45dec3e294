import CSystem
@unsafe @preconcurrency import Glibc

/// A child process in a session of its own, with the ends of its pipes that are ours.
///
/// In its own session it has no terminal to ask questions on, its signals reach nobody else, and the kernel's scheduler
/// treats all its processes together as one rival of ours.
///
/// It must be spawned, watched and waited for on one thread that outlives it: a death signal that a child asks for
/// (`--die-with-parent`) comes when the thread that made it ends.
struct SpawnedProcess: ~Copyable {
  let pid: pid_t
  let handle: Descriptor
  let output: Descriptor
  let standardError: Descriptor

  init(executable: String, request: ProcessRequest, environment: [String: String]) throws(ProcessError) {
    let out = try Pipe()
    let err = try Pipe()
    let errors = request.mergesStandardError ? out.writer.number : err.writer.number
    let outputs = (out.writer.number, errors)
    let pid = try ProcessTree.start { () throws(ProcessError) in
      try Self.spawn(executable: executable, request: request, environment: environment, outputs: outputs)
    }
    let handle = system_pidfd_open(pid)
    guard handle >= 0 else {
      let reason = ProcessError.text(of: errno)
      kill(-pid, SIGKILL)
      waitpid(pid, nil, 0)
      var tree = ProcessTree(root: pid, mark: "")
      tree.sweep()
      throw ProcessError(.resources, "No handle on the process '\(executable)': \(reason).")
    }
    self.pid = pid
    self.handle = Descriptor(handle)
    output = out.intoReader()
    standardError = err.intoReader()
  }

  private static func spawn(
    executable: String,
    request: ProcessRequest,
    environment: [String: String],
    outputs: (out: Int32, err: Int32)
  ) throws(ProcessError) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, outputs.out, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, outputs.err, 2)
    unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    unsafe posix_spawn_file_actions_addchdir_np(&actions, request.directory)

    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    unsafe sigemptyset(&none)
    unsafe sigfillset(&all)
    // An ignored signal stays ignored over exec, so that a child could not be interrupted or would miss a broken pipe.
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | Int32(system_spawn_setsid)
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

    let arguments = CStringVector(request.arguments)
    let variables = CStringVector(environment.map { "\($0.key)=\($0.value)" })
    var pid: pid_t = 0
    var status: Int32 = 0
    // A file that was written just now is busy for as long as a child of another thread, between its fork and its exec,
    // holds the descriptor that it was written through.
    for attempt in 0..<7 {
      status = unsafe posix_spawn(&pid, executable, &actions, &attributes, arguments.pointers, variables.pointers)
      guard status == ETXTBSY else { break }
      usleep(5_000 << UInt32(attempt))
    }
    guard status == 0 else { throw ProcessError(spawning: executable, status: status) }
    return pid
  }
}

/// A NULL-ended array of C strings that is freed with its owner.
@safe private struct CStringVector: ~Copyable {
  let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  init(_ strings: [String]) {
    count = strings.count
    unsafe pointers = .allocate(capacity: strings.count + 1)
    for (index, string) in strings.enumerated() { unsafe pointers[index] = strdup(string) }
    unsafe pointers[count] = nil
  }

  deinit {
    for index in 0..<count { unsafe free(pointers[index]) }
    unsafe pointers.deallocate()
  }
}
