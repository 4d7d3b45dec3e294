@unsafe @preconcurrency import Glibc

extension ParsableCommand {
  /// Runs the command that the process was started with, prints what is left to print, and exits.
  @concurrent
  package static func main() async {
    let outcome = await execute(Array(CommandLine.arguments.dropFirst()), columns: terminalColumns)
    write(outcome.standardOutput, to: STDOUT_FILENO)
    write(outcome.standardError, to: STDERR_FILENO)
    exit(outcome.exitCode.rawValue)
  }

  /// The width of the terminal on standard output, or 80.
  private static var terminalColumns: Int {
    var size = winsize()
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return min(Int(size.ws_col), 120)
  }

  /// Writes all of `text`; a reader that has gone away is no error of the command's.
  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }
}
