import Pipeline
import Wording

/// A capability card in words.
struct CardText {
  private let card: CapabilityCard

  init(_ card: CapabilityCard) {
    self.card = card
  }

  func lines(on terminal: Terminal) -> [String] {
    let style = TextStyle(terminal)
    var table = TextTable()
    for (name, text) in rows { table.rows.append([style.dim(name), text]) }
    return ["\(style.bold(card.model)) at \(card.server)"] + table.lines(on: terminal)
  }

  private var rows: [(String, String)] {
    [
      ("Calls", card.summary),
      ("Right", "\(card.calls.right) of \(card.calls.trials) were the call that was asked for"),
      ("Refrains", Self.text(card.refrained)),
      ("Edits", "whole file \(Self.text(card.wholeFile)), search and replace \(Self.text(card.searchAndReplace))"),
      ("Context", context),
      ("Speed", speed),
      ("Measured", "\(day) in \(Amount.time(card.seconds)), \(Amount.counted(card.requests, "request"))"),
    ]
  }

  private static func text(_ share: Share) -> String { share.trials == 0 ? "not tried" : "\(share)" }

  private var day: String { String(card.date.prefix { $0 != "T" }) }

  /// What became of the window, in a few words.
  var context: String {
    let context = card.context
    var parts = ["\(Amount.grouped(context.requested)) asked for"]
    if let loaded = context.loaded, loaded != context.requested { parts.append("\(Amount.grouped(loaded)) loaded") }
    let (sent, seen) = (
      context.sent.map { Amount.grouped($0) } ?? "?", context.seen.map { Amount.grouped($0) } ?? "a part"
    )
    switch context.isWhole {
    case true?: parts.append("a prompt of \(seen) tokens was seen whole")
    case false?: parts.append("of a prompt of about \(sent) tokens only \(seen) were seen")
    case nil: parts.append("whether prompts are seen whole could not be told")
    }
    return parts.joined(separator: ", ")
  }

  private var speed: String {
    let parts = [
      card.prefillRate.map { "reads \(Self.rate($0)) tokens/s" },
      card.decodeRate.map { "writes \(Self.rate($0)) tokens/s" },
      card.loadSeconds.map { "loaded in \(Amount.time($0))" },
    ].compactMap(\.self)
    return parts.isEmpty ? "the server does not say" : parts.joined(separator: ", ")
  }

  private static func rate(_ rate: Double) -> String {
    rate < 100 ? Amount.tenths(rate) : Amount.grouped(Int(rate.rounded()))
  }
}
