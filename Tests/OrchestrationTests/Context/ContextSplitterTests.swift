import Orchestration
import TestSupport
import Testing

@Suite struct ContextSplitterTests {
  private func parts(_ text: String, _ limit: Int) -> [String] {
    let bytes = Array(text.utf8)
    return ContextSplitter(limit: limit).parts(of: bytes).map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  @Test(arguments: 0..<200)
  func thePartsJoinToTheTextAndKeepTheLimit(seed: Int) {
    let text = Array(RandomText(seed: seed).text.utf8)
    let limit = [4, 50, 400, 3000][seed % 4]
    let parts = ContextSplitter(limit: limit).parts(of: text)
    #expect(parts.flatMap { text[$0] } == text)
    #expect(parts.allSatisfy { $0.count <= limit && !$0.isEmpty })
    #expect(parts.allSatisfy { String(validating: text[$0], as: UTF8.self) != nil })
  }

  @Test func partsAtHeadingsFirst() {
    let text = "# A\n\nit begins\n\nand goes on\n# B\nmore of it\n\nand ends\n"
    #expect(parts(text, 40) == ["# A\n\nit begins\n\nand goes on\n", "# B\nmore of it\n\nand ends\n"])
  }

  @Test func thenAtDefinitions() {
    let text = "def f():\n    return 1\n\n\ndef g():\n    return 2\n"
    #expect(parts(text, 32) == ["def f():\n    return 1\n\n\n", "def g():\n    return 2\n"])
  }

  @Test func aHashInACodeBlockIsNoHeading() {
    let text = "intro\n\n```\nx = 1\n# no heading\ny = 2\n```\nand on\n"
    #expect(parts(text, 30).allSatisfy { !$0.hasPrefix("# no") })
  }

  @Test func aLineThatIsTooLongIsPartedBetweenCharacters() {
    #expect(parts("ééééé", 5) == ["éé", "éé", "é"])
  }
}
