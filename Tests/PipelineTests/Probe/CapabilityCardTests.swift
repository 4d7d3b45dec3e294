import Pipeline
import Testing

/// What a card makes of what was counted.
@Suite struct CapabilityCardTests {
  private func card(_ calls: CallCounts, whole: Share = Share(), replace: Share = Share()) -> CapabilityCard {
    var card = CapabilityCard(
      model: "m:1b",
      server: "http://a:1",
      date: Timestamp(milliseconds: 0),
      context: ContextFinding(requested: 16_384)
    )
    card.calls = calls
    card.wholeFile = whole
    card.searchAndReplace = replace
    return card
  }

  @Test(arguments: [
    (CallCounts(text: 19, lost: 1), true),
    (CallCounts(text: 6, described: 5, lost: 9), true),
    (CallCounts(text: 10, lost: 10), false),
    (CallCounts(text: 6, bound: 14), false),
    // Once is not never.
    (CallCounts(native: 1, text: 19), false),
    (CallCounts(text: 3), true),
    // Too few to decide anything.
    (CallCounts(text: 2), false),
    (CallCounts(), false),
  ])
  func textModeIsForModelsThatNeverCallNativelyButMostlyInText(calls: CallCounts, isText: Bool) {
    #expect(card(calls).handling.writesCallsAsText == isText)
  }

  @Test(arguments: [
    (Share(right: 5, trials: 5), Share(right: 0, trials: 5), true),
    (Share(right: 3, trials: 5), Share(right: 2, trials: 5), true),
    (Share(right: 2, trials: 5), Share(right: 0, trials: 5), false),
    (Share(right: 5, trials: 5), Share(right: 3, trials: 5), false),
    (Share(right: 4, trials: 4), Share(right: 2, trials: 4), false),
    (Share(right: 2, trials: 2), Share(right: 0, trials: 2), false),
    (Share(), Share(), false),
  ])
  func wholeFilesOnlyAreForModelsThatMostlyFailAtPassages(whole: Share, replace: Share, isWhole: Bool) {
    #expect(card(CallCounts(native: 20), whole: whole, replace: replace).handling.changesFilesWhole == isWhole)
  }

  @Test(arguments: [
    (CallCounts(native: 20), "native 20 of 20"),
    (CallCounts(text: 19, lost: 1), "native 0 of 20, from text 19 of 20, lost 1 of 20: text mode"),
    (CallCounts(), "no call was tried"),
  ])
  func oneLineTellsHowCallsGetThrough(calls: CallCounts, summary: String) {
    #expect(card(calls).summary == summary)
  }
}
