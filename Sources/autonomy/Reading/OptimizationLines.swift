import JSON
import Orchestration
import Pipeline
import Wording

/// What `optimize` says about its work, in words and as lines of JSON.
struct OptimizationLines {
  let bytesPerToken: Int

  /// How many tokens there were and are, and what was left out.
  func summary(_ optimized: OptimizedText, of input: [UInt8], target: Int) -> String {
    let after = tokens(optimized.bytes.count)
    let counts = ContextStep.allCases.compactMap { step -> String? in
      let count = optimized.removals.count { $0.step == step }
      return count > 0 ? "\(count) by '\(step.rawValue)'" : nil
    }
    var text = "About \(Amount.grouped(after)) of \(Amount.counted(tokens(input.count), "token"))"
    if !counts.isEmpty { text += "; left out: \(counts.joined(separator: ", "))" }
    text += "."
    if after > target {
      text += " The text cannot be made as short as \(Amount.counted(target, "token")) by these steps."
    }
    return text
  }

  func write(_ optimized: OptimizedText, of input: [UInt8], target: Int, to console: Console) {
    for removal in optimized.removals {
      console.emit([
        "type": "removal", "step": .string(removal.step.rawValue), "offset": .integer(removal.offset),
        "length": .integer(removal.length), "original_offset": .integer(removal.originalOffset),
        "removed": .string(String(decoding: removal.removed, as: UTF8.self)),
      ])
    }
    let after = tokens(optimized.bytes.count)
    console.emitResult([
      "text": .string(optimized.text), "tokens_before": .integer(tokens(input.count)), "tokens_after": .integer(after),
      "target_tokens": .integer(target), "reached": .bool(after <= target),
      "removals": .integer(optimized.removals.count),
    ])
  }

  func write(_ parts: [Range<Int>], of input: [UInt8], to console: Console) {
    for part in parts {
      console.emit([
        "type": "part", "offset": .integer(part.lowerBound), "tokens": .integer(tokens(part.count)),
        "text": .string(String(decoding: input[part], as: UTF8.self)),
      ])
    }
    console.emitResult(["parts": .integer(parts.count)])
  }

  private func tokens(_ bytes: Int) -> Int { (bytes + bytesPerToken - 1) / bytesPerToken }

  /// Reads the lines that `write` wrote, and puts everything back in its place.
  static func original(of lines: [UInt8]) throws -> String {
    var removals: [ContextRemoval] = []
    var text: String?
    var count: Int?
    for line in lines.split(separator: 0x0A) {
      let value: JSONValue
      do {
        value = try JSONValue(parsing: Array(line))
      } catch {
        throw Refusal(.configuration, "The input is not what '--json' wrote: \(error.message)")
      }
      if value["type"]?.string == "result" {
        (text, count) = (value["text"]?.string, value["removals"]?.integer)
      } else if let removal = ContextRemoval(value) {
        removals.append(removal)
      }
    }
    guard let text else { throw Refusal(.configuration, "The input has no result with a 'text'; give all lines.") }
    guard count ?? removals.count == removals.count else {
      throw Refusal(
        .configuration,
        "\(count ?? 0) places were shortened, and there is a line for \(removals.count) of them; give all lines."
      )
    }
    let optimized = OptimizedText(bytes: Array(text.utf8), removals: removals)
    guard optimized.isConsistent else {
      throw Refusal(.configuration, "The removals do not fit to the text; give the lines as they were written.")
    }
    return String(decoding: optimized.restored(), as: UTF8.self)
  }
}

extension ContextRemoval {
  fileprivate init?(_ value: JSONValue) {
    guard let step = value["step"]?.string.flatMap(ContextStep.init(rawValue:)), let offset = value["offset"]?.integer,
      let length = value["length"]?.integer, let original = value["original_offset"]?.integer,
      let removed = value["removed"]?.string
    else { return nil }
    self.init(step: step, offset: offset, length: length, originalOffset: original, removed: Array(removed.utf8))
  }
}

extension OptimizedText {
  /// Whether the removals are in order and within the text.
  fileprivate var isConsistent: Bool {
    var end = 0
    for removal in removals {
      guard removal.offset >= end, removal.length >= 0, removal.offset <= bytes.count - removal.length else {
        return false
      }
      end = removal.offset + removal.length
    }
    return true
  }
}
