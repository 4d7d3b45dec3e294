import Orchestration
import Testing

@Suite struct ModelStatisticsTests {
  @Test func whatDidNotFailSucceeded() {
    var statistics = ModelStatistics()
    (statistics.calls, statistics.failures) = (5, 2)
    #expect(statistics.successes == 3)
  }
}
