import Testing

/// How much of what models really wrote is read; the bounds are those that the reader was built to keep.
@Suite(.enabled(if: Corpus.folder != nil, "There is no 'shared/data/toolcalls' beside the repository."))
struct CorpusTests {
  @Test(arguments: [("natural.dev", 0.74), ("hard.dev", 0.72)])
  func readsTheCalls(file: String, bound: Double) throws {
    let share = try Corpus(file).share { ExpectedCalls.match($1, $0.expected) }
    #expect(share >= bound)
  }

  @Test func readsNoCallInProse() throws {
    #expect(try Corpus("negative.dev").share { $1.isEmpty } == 1)
  }
}
