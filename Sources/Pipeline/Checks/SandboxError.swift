/// A sandbox that is required or was promised, and cannot be had on this machine.
///
/// It ends a run with the outcome `environment`; it says nothing about the project.
package struct SandboxError: Error, Hashable, CustomStringConvertible {
  package var message: String

  package init(_ message: String) {
    self.message = message
  }

  package var description: String { message }
}
