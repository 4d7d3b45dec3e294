/// A way to make a text shorter, in the order in which they are taken: the harmless ones first.
package enum ContextStep: String, CaseIterable, Codable, Sendable {
  /// Long runs of white space; nothing that is read is lost.
  case blanks
  /// Whole lines that stand above already, word for word; every distinct line stays.
  case repeats
  /// The middle of long passages.
  case sections
  /// Passages that have the least to do with the task.
  case relevance

  /// The steps after which everything that was said can still be read.
  package static let harmless: [ContextStep] = [.blanks, .repeats]
}
