import Orchestration

/// How fast texts are made shorter, against a scan of the same bytes for the ends of lines.
struct ContextBenchmark {
  private static let size = 4_000_000

  func measurements() throws -> [Measurement] {
    var measurements: [Measurement] = []
    for (name, text) in [("prose", Self.prose), ("a log", Self.log), ("source", Self.source)] {
      let bytes = Self.repeated(text)
      let plain = try Self.median { Self.countLines(bytes) > 0 }
      let time = try Self.median { Self.optimizer.optimize(bytes, to: 1, query: "scheduler").bytes.count > 0 }
      measurements.append(
        Measurement(
          name: "making \(name) shorter, by megabyte",
          value: time.milliseconds / Double(bytes.count) * 1e6,
          unit: "ms",
          yardstick: ("a scan for line ends", plain.milliseconds / Double(bytes.count) * 1e6),
          target: "at most 20 ms, which is 50 MB/s"
        )
      )
    }
    return measurements + [try linearity()]
  }

  /// Ten times the text against ten times the time.
  private func linearity() throws -> Measurement {
    let large = Self.repeated(Self.prose)
    let small = Array(large.prefix(large.count / 10))
    let one = try Self.median { Self.optimizer.optimize(small, to: 1).bytes.count > 0 }
    let ten = try Self.median { Self.optimizer.optimize(large, to: 1).bytes.count > 0 }
    return Measurement(
      name: "making ten times as much prose shorter",
      value: ten.milliseconds,
      unit: "ms",
      yardstick: ("ten times the tenth", 10 * one.milliseconds),
      target: "linear"
    )
  }

  private static let optimizer = ContextOptimizer()

  private static func prose(_ number: Int) -> String {
    """
    ## Part \(number)

    The scheduler hands work number \(number) to whoever is idle, and remembers for whom it waits. Nobody is asked \
    twice; what was promised to \(number &* 7919 % 1009) is kept, and what was not is told at once.

    Where \(number % 13) of them fail, the rest goes on, and the report says so in a line of its own.


    """
  }

  private static func log(_ number: Int) -> String {
    """
    2026-01-01T10:00:\(number % 60)Z INFO worker[\(number % 13)] request id=\(number &* 7919) status=200
    2026-01-01T10:00:\(number % 60)Z WARN worker[\(number % 13)] the connection to the store was lost, trying again

    """
  }

  private static func source(_ number: Int) -> String {
    """
      /// Answers whether the task \(number) may begin.
      func mayBegin\(number)(_ tasks: [Int: State]) -> Bool {
        guard let state = tasks[\(number)], state != .failed else { return false }
        return state.dependencies.allSatisfy { tasks[$0] == .done }
      }


    """
  }

  private static func repeated(_ text: (Int) -> String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size + 1000)
    var number = 0
    while bytes.count < size {
      bytes += text(number).utf8
      number += 1
    }
    return bytes
  }

  private static func countLines(_ bytes: [UInt8]) -> Int {
    bytes.reduce(0) { $1 == 0x0A ? $0 + 1 : $0 }
  }

  private static func median(_ body: () -> Bool) throws -> Duration {
    let durations = try (0..<9).map { _ in
      let start = ContinuousClock.now
      guard body() else { throw ChildProcess.Failure(description: "Nothing came of it.") }
      return ContinuousClock.now - start
    }
    return durations.sorted()[4]
  }
}
