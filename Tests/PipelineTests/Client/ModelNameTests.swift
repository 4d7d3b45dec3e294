import Pipeline
import Testing

@Suite struct ModelNameTests {
  @Test(arguments: [
    ("llama3", "llama3:latest"),
    ("qwen2.5-coder:32b", "qwen2.5-coder:32b"),
    ("hf.co/a/b", "hf.co/a/b:latest"),
    ("localhost:5000/a/b", "localhost:5000/a/b:latest"),
    ("localhost:5000/a/b:q4", "localhost:5000/a/b:q4"),
  ])
  func meansLatestWithoutATag(text: String, name: String) {
    #expect(ModelName(text)?.description == name)
  }

  @Test(arguments: ["", " ", "a b", "a:", "a/", "a\n"])
  func refusesWhatIsNoName(text: String) {
    #expect(ModelName(text) == nil)
  }

  @Test func isExact() {
    #expect(ModelName("a:7b") != ModelName("A:7b"))
    #expect(ModelName("a") == ModelName("a:latest"))
  }

  @Test(arguments: [("a:7b", "a", "7b"), ("h:1/a", "h:1/a", "latest")])
  func knowsItsParts(text: String, base: String, tag: String) {
    #expect(ModelName(text)?.base == base)
    #expect(ModelName(text)?.tag == tag)
  }
}
