@unsafe @preconcurrency import Glibc

/// What tests take from the environment of their process.
package enum TestEnvironment {
  package static let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/bin:/bin"
  /// Whether all cases are tried of what is too much to be tried at every change.
  package static let wantsSlowTests = unsafe getenv("SLOW_TESTS") != nil

  /// Every `stride`-th of the cases of a test, or all where there is time.
  package static func some<Case>(_ cases: some Collection<Case>, by stride: Int) -> [Case] {
    let step = wantsSlowTests ? 1 : stride
    return cases.enumerated().compactMap { $0.offset % step == 0 ? $0.element : nil }
  }
}
