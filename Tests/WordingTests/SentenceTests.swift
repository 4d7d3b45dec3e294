import Testing
import Wording

@Suite struct SentenceTests {
  @Test(arguments: [
    ("I cannot", "I cannot."), ("Done.", "Done."), ("Why?\n", "Why?"), ("He said \"No.\"", "He said \"No.\""),
    ("Wait…", "Wait…"), ("Use `a`", "Use `a`."), (" \n", ""), ("')", "')."),
  ])
  func aTextIsEndedAsASentence(_ text: String, _ sentence: String) {
    #expect(text.asSentence == sentence)
  }
}
