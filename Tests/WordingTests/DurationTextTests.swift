import Testing
import Wording

@Suite struct DurationTextTests {
  @Test(arguments: [
    ("90s", Duration.seconds(90), "1m30s"),
    ("10m", .seconds(600), "10m"),
    ("8h", .seconds(28_800), "8h"),
    ("1h30m", .seconds(5400), "1h30m"),
    ("1h30m5s250ms", .milliseconds(5_405_250), "1h30m5s250ms"),
    ("2d", .seconds(172_800), "48h"),
    ("250ms", .milliseconds(250), "250ms"),
    ("0s", .zero, "0s"),
    ("007m", .seconds(420), "7m"),
  ])
  func readsAndWrites(_ text: String, _ duration: Duration, _ written: String) {
    #expect(Duration(text: text) == duration)
    #expect(duration.text == written)
    #expect(Duration(text: written) == duration)
  }

  @Test(arguments: [
    "", "90", "s", "10 m", "1.5h", "-5s", "10m1h", "1h1h", "10x", "10M", "1h30", "99999999999999999999s",
    "9223372036854775807h", "40000d", "10m ", "１０m",
  ])
  func refuses(_ text: String) {
    #expect(Duration(text: text) == nil)
  }
}
