import Orchestration
import Pipeline
import SourceControl
import TestSupport
import Testing

@Suite struct PromptSplitterTests {
  private static func lines(_ count: Int) -> String { (1...count).map { "line \($0)" }.joined(separator: "\n") }

  @Test func theLeastNeededGoesFirst() {
    let sections = [
      PromptSection("Task", Self.lines(100), .essential), PromptSection("Report", Self.lines(100)),
      PromptSection("Said", Self.lines(100), .helpful), PromptSection("Listing", Self.lines(100), .background),
    ]
    var splitter = PromptSplitter(sections)
    splitter.free(100)
    #expect(splitter.sections.dropLast() == sections.dropLast())
    #expect(splitter.sections[3].text.contains("bytes were left out here."))
    splitter.free(1000)
    #expect(splitter.sections[0...1] == sections[0...1])
    #expect(splitter.sections[2].text.utf8.count < sections[2].text.utf8.count)
  }

  @Test func aReportKeepsItsBeginningAndItsEndInWholeLines() {
    var splitter = PromptSplitter([PromptSection("Report", Self.lines(1000))])
    splitter.free(4000)
    let lines = splitter.sections[0].text.split(separator: "\n")
    #expect(lines.first == "line 1" && lines.last == "line 1000")
    let notes = lines.filter { !$0.hasPrefix("line ") }
    #expect(notes.count == 1)
    let numbers = lines.compactMap { Int($0.dropFirst(5)) }
    #expect(numbers == numbers.sorted() && numbers.allSatisfy { (1...1000).contains($0) })
    // What is said to be missing is what is missing.
    let kept = splitter.sections[0].text.utf8.count - (notes.first?.utf8.count ?? 0) - 1
    #expect(notes.first == "[\(Self.lines(1000).utf8.count - kept) bytes were left out here.]")
  }

  @Test func whateverItIsGivenItKeepsWhatIsEssentialAndTellsWhichFilesItLeftOut() throws {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<200 {
      var sections: [PromptSection] = []
      for number in 0..<Int.random(in: 1...6, using: &random) {
        let priority = [PromptPriority.background, .helpful, .important, .essential].randomElement(using: &random)
        let text = Self.lines(Int.random(in: 1...400, using: &random)) + " é"
        if Bool.random(using: &random) {
          sections.append(PromptSection("\(number)", text, priority ?? .important))
        } else {
          let path = try ProjectPath("f\(number)")
          let file = PromptFile(path, .shown, size: text.utf8.count, text: "`\(path)`:\n\(text)")
          sections.append(PromptSection("\(number)", files: [file], priority ?? .important))
        }
      }
      let size = sections.reduce(0) { $0 + $1.text.utf8.count }
      let wanted = Int.random(in: 1...size, using: &random)
      var splitter = PromptSplitter(sections)
      splitter.free(wanted)
      let left = splitter.sections.reduce(0) { $0 + $1.text.utf8.count }
      #expect(left <= size)
      for (before, after) in zip(sections, splitter.sections) {
        #expect(before.title == after.title)
        if before.priority == .essential { #expect(before == after) }
        guard case .files(let old) = before.content, case .files(let new) = after.content else { continue }
        #expect((old == new) != splitter.leftOut.contains(old[0].path))
        if old != new { #expect(new == [.named(old[0].path, size: old[0].size)]) }
      }
      // It stops short only where nothing is left to free.
      guard left > size - wanted else { continue }
      for section in splitter.sections where section.priority != .essential {
        switch section.content {
        case .text(let text): #expect(text.utf8.count <= (section.priority == .important ? 2000 : 60))
        case .files(let files): #expect(files.allSatisfy { $0.standing == .unread || $0.text.utf8.count < 60 })
        }
      }
    }
  }
}
