@unsafe @preconcurrency import Glibc
import Testing

@testable import autonomy_fuzz

/// Texts that are nearly calls; `FUZZ_ROUNDS` says how many, and `scripts/fuzz` reads a million and more.
@Suite struct FuzzTests {
  private static let rounds = unsafe getenv("FUZZ_ROUNDS").flatMap { unsafe Int(String(cString: $0)) } ?? 2000

  @Test(arguments: 1...4) func noPromiseIsBroken(seed: UInt64) {
    var fuzzer = ReadingFuzzer(seed: seed)
    for round in 0..<(Self.rounds / 4) {
      if let problem = fuzzer.round() {
        Issue.record("Text \(round) of seed \(seed): \(problem)")
        return
      }
    }
    #expect(fuzzer.calls > Self.rounds / 4, "The texts are too broken to show anything.")
  }
}
