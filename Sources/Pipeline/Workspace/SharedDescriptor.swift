@unsafe @preconcurrency import Glibc

/// An open file descriptor that closes with its last reference.
final class SharedDescriptor {
  let number: Int32

  init(_ number: Int32) {
    self.number = number
  }

  deinit {
    close(number)
  }
}
