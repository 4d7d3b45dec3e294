/// The memory of a whole run, that of its checks excluded.
struct DemoBenchmark {
  let program: String

  func measurements() async throws -> [Measurement] {
    let figures = try ChildProcess(arguments: [program, "demo"]).run(watchesMemory: true)
    return [
      Measurement(
        name: "demo, peak memory",
        value: Double(figures.peak) / 1024,
        unit: "MiB",
        target: "at most 60 MB"
      ),
      Measurement(name: "demo, time", value: figures.time / .seconds(1), unit: "s", target: "seconds"),
    ]
  }
}
