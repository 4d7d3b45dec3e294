/// What it costs to start the program, against an interpreter that does nothing.
struct StartUpBenchmark {
  let program: String

  func measurements() async throws -> [Measurement] {
    let python = ["/usr/bin/python3", "-I", "-c", "pass"]
    let version = try alternately([program, "--version"], python)
    let project = try ScratchProject()
    // A step of this run is about ten events.
    let events = try await StepRun(project: project, steps: 1000).run().events
    let status = try alternately([program, "status", project.path], python)
    return [
      Measurement(
        name: "autonomy --version",
        value: version.own,
        unit: "ms",
        yardstick: ("python3 -I -c pass", version.other),
        target: "at most 1.5 times"
      ),
      Measurement(
        name: "autonomy status on \(events) events",
        value: status.own,
        unit: "ms",
        yardstick: ("python3 -I -c pass", status.other),
        target: "at most 100 ms on 10,000 events"
      ),
    ]
  }

  /// Runs both commands in turn, and gives the medians in milliseconds.
  private func alternately(_ own: [String], _ other: [String]) throws -> (own: Double, other: Double) {
    var times: (own: [Double], other: [Double]) = ([], [])
    for round in 0..<42 {
      let first = try ChildProcess(arguments: own).run().time.milliseconds
      let second = try ChildProcess(arguments: other).run().time.milliseconds
      // The first two rounds only warm the caches.
      guard round >= 2 else { continue }
      times.own.append(first)
      times.other.append(second)
    }
    return (times.own.median, times.other.median)
  }
}
