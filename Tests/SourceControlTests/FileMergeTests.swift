import SourceControl
import TestSupport
import Testing

/// Merging what two sides made of one file.
@Suite struct FileMergeTests {
  private func outcome(_ base: String?, _ mine: String?, _ theirs: String?) throws -> FileMerge.Outcome {
    try FileMerge(
      base: base.map { Array($0.utf8) },
      mine: mine.map { Array($0.utf8) },
      theirs: theirs.map { Array($0.utf8) }
    )
    .outcome("mine", "theirs")
  }

  private func clean(_ text: String?) -> FileMerge.Outcome { .clean(text.map { Array($0.utf8) }) }

  @Test func whatOneSideLeftAloneIsAsTheOtherLeftIt() throws {
    #expect(try outcome("a\n", "a\n", "b\n") == clean("b\n"))
    #expect(try outcome("a\n", "b\n", "a\n") == clean("b\n"))
    #expect(try outcome("a\n", nil, "a\n") == clean(nil))
    #expect(try outcome("a\n", "a\n", nil) == clean(nil))
    #expect(try outcome(nil, "a\n", nil) == clean("a\n"))
    #expect(try outcome("a\n", "b\n", "b\n") == clean("b\n"))
    #expect(try outcome(nil, nil, nil) == clean(nil))
  }

  @Test func changesOfDifferentLinesAreBothThere() throws {
    #expect(try outcome("1\n2\n3\n4\n5\n", "one\n2\n3\n4\n5\n", "1\n2\n3\n4\nfive\n") == clean("one\n2\n3\n4\nfive\n"))
    // What both did in the same way is there once.
    #expect(try outcome("1\n2\n3\n4\n5\n", "x\n2\n3\n4\n5\n", "x\n2\n3\n4\n5\n6\n") == clean("x\n2\n3\n4\n5\n6\n"))
  }

  @Test func changesOfTheSameLinesAreMarked() throws {
    let merged = Array("<<<<<<< mine\nb\n=======\nc\n>>>>>>> theirs\n".utf8)
    #expect(try outcome("a\n", "b\n", "c\n") == .marked(merged))
    #expect(try outcome(nil, "b\n", "c\n") == .marked(merged))
    #expect(FileMerge.hasMarks(merged, "mine", "theirs"))
    #expect(FileMerge.hasMarks(Array("x\n>>>>>>> theirs".utf8), "mine", "theirs"))
    #expect(!FileMerge.hasMarks(Array("x <<<<<<< mine\n=======\n".utf8), "mine", "theirs"))
  }

  @Test func whatIsNoTextOrWasRemovedCannotBeMerged() throws {
    #expect(try outcome("a\0", "b\0", "c\0") == .irreconcilable)
    #expect(try outcome("a\n", nil, "c\n") == .irreconcilable)
    #expect(try outcome("a\n", "b\n", nil) == .irreconcilable)
    #expect(try outcome("", "", "c\0") == clean("c\0"))
  }

  @Test func mergingAgainChangesNothing() throws {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<300 {
      let base = (0..<12).map { "line \($0)\n" }
      func changed() -> [String] {
        base.flatMap { line -> [String] in
          switch random.next() % 8 {
          case 0: []
          case 1: [line, "more \(random.next() % 3)\n"]
          case 2: ["other \(random.next() % 3)\n"]
          default: [line]
          }
        }
      }
      let (mine, theirs) = (changed().joined(), changed().joined())
      guard case .clean(let bytes) = try outcome(base.joined(), mine, theirs), let bytes else { continue }
      let merged = String(decoding: bytes, as: UTF8.self)
      #expect(try outcome(theirs, merged, theirs) == clean(merged))
      #expect(try outcome(base.joined(), theirs, mine) == clean(merged))
    }
  }
}
