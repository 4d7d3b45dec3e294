@unsafe @preconcurrency import Glibc

extension ParsableCommand {
  /// Runs the command that the process was started with, prints what is left to print, and exits.
  @concurrent
  package static func main() async {
    let outcome = await execute(Array(CommandLine.arguments.dropFirst()), columns: terminalColumns)
    var code = outcome.exitCode
    if !write(outcome.standardOutput, to: STDOUT_FILENO) {
      let reason = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "unknown error"
      write("Error: Standard output cannot be written: \(reason).\n", to: STDERR_FILENO)
      if code.isSuccess { code = .failure }
    }
    write(outcome.standardError, to: STDERR_FILENO)
    exit(code.rawValue)
  }

  /// The width of the terminal on standard output, or 80.
  private static var terminalColumns: Int {
    var size = winsize()
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return min(Int(size.ws_col), 120)
  }

  /// Writes all of `text`, and tells whether that was possible.
  @discardableResult
  private static func write(_ text: String, to descriptor: Int32) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      bytes = bytes.dropFirst(count)
    }
    return true
  }
}
