/// Makes texts shorter, step by step, until they have as few bytes as asked.
///
/// Code stays byte for byte: fenced and indented blocks, and texts that are source as a whole. A mark stands in the
/// place of whatever is left out, and the result has all of it. The same input gives the same bytes; a result that is
/// optimized again stays as it is; and of a text that has anything, something is left. The time is linear in the input.
package struct ContextOptimizer: Sendable {
  private let steps: [ContextStep]

  /// Takes the steps that may be taken, in their own order.
  package init(steps: some Sequence<ContextStep> = ContextStep.allCases) {
    let wanted = Set(steps)
    self.steps = ContextStep.allCases.filter { wanted.contains($0) }
  }

  /// Shortens one text to at most `target` bytes, or as near to it as the steps come.
  ///
  /// The query says what the text is needed for; without one, its first passage does.
  package func optimize(_ text: [UInt8], to target: Int, query: String = "") -> OptimizedText {
    optimize([ContextPart(text)], to: target, query: query)[0]
  }

  /// Shortens several texts, in the order in which they are read, to at most `target` bytes together.
  package func optimize(_ parts: [ContextPart], to target: Int, query: String = "") -> [OptimizedText] {
    var draft = ContextDraft(parts)
    var styles: [PartStyle]?
    for step in steps where draft.bytes.count > target {
      let lines = LineTable(draft, parts: parts, styles: styles)
      // What was left out must not make source of what is left.
      styles = lines.styles
      let excess = draft.bytes.count - target
      let cuts =
        switch step {
        case .blanks: BlankRuns(lines).cuts(excess: excess)
        case .repeats: RepeatedLines(lines).cuts(excess: excess)
        case .sections: LongPassages(lines).cuts(excess: excess)
        case .relevance: IrrelevantPassages(lines, query: query).cuts(excess: excess)
        }
      draft.apply(cuts, of: step)
    }
    return draft.results()
  }
}
