@unsafe @preconcurrency import Glibc

/// Reads as many mutated texts as the command line asks for, and ends with exit code 1 at the first broken promise.
@main
enum Fuzz {
  static func main() {
    let words = Array(CommandLine.arguments.dropFirst())
    guard words.count <= 2, let rounds = Int(words.first ?? "1000000"),
      let seed = UInt64(words.dropFirst().first ?? "1")
    else {
      print("Usage: autonomy-fuzz [ROUNDS [SEED]]")
      exit(2)
    }
    var fuzzer = ReadingFuzzer(seed: seed)
    let start = ContinuousClock.now
    for round in 0..<rounds {
      guard let problem = fuzzer.round() else { continue }
      print("Text \(round) of seed \(seed): \(problem)")
      exit(1)
    }
    print("\(rounds) texts with \(fuzzer.calls) calls in \(ContinuousClock.now - start): no promise broken.")
  }
}
