import Testing

@testable import OllamaSimulator

@Suite struct TimestampTests {
  @Test(arguments: [
    (0, 0, "1970-01-01T00:00:00Z"), (951_782_400, 0, "2000-02-29T00:00:00Z"),
    (1_795_214_586, 722_673_603, "2026-11-20T22:43:06.722673603Z"),
    (1_795_214_586, 700_000_000, "2026-11-20T22:43:06.7Z"),
    (1_795_214_586, 45, "2026-11-20T22:43:06.000000045Z"), (-1, 0, "1969-12-31T23:59:59Z"),
    (4_107_542_399, 0, "2100-02-28T23:59:59Z"), (4_107_542_400, 0, "2100-03-01T00:00:00Z"),
  ])
  func writesMomentsAsGoDoes(seconds: Int, nanoseconds: Int, text: String) {
    #expect(Timestamp(seconds: seconds, nanoseconds: nanoseconds).text == text)
  }

  @Test func addsDurations() {
    let time = Timestamp(seconds: 10, nanoseconds: 900_000_000) + .milliseconds(1_200)
    #expect(time == Timestamp(seconds: 12, nanoseconds: 100_000_000))
  }
}
