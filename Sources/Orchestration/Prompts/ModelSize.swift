package import Pipeline

/// How large a model is, as far as its name says: small ones need shorter and more literal instructions.
package enum ModelSize: String, Hashable, Sendable {
  /// Below 10 billion parameters.
  case small
  /// Below 30 billion parameters, or not to be told.
  case medium
  case large

  /// Reads names such as `qwen2.5-coder:7b`, `Llama-3.1-8B-Instruct`, `mixtral:8x7b` and `gemma3n:e4b`.
  package init(of model: ModelName) {
    let billions = Self.billions(in: model.tag).first ?? Self.billions(in: model.base).first
    switch billions {
    case .some(..<10): self = .small
    case .some(30...): self = .large
    default: self = .medium
    }
  }

  private static func billions(in text: String) -> [Double] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "." }.compactMap { billions(inWord: $0) }
  }

  private static func billions(inWord word: Substring) -> Double? {
    // `e4b` has as many effective parameters; `a3b` says how many of a larger number are active.
    let word = word.hasPrefix("e") ? word.dropFirst() : word
    let factors = word.split(separator: "x", omittingEmptySubsequences: false)
    guard let last = factors.last, let unit = last.last, unit == "b" || unit == "m" else { return nil }
    var product = unit == "b" ? 1 : 0.001
    for factor in factors.dropLast() + [last.dropLast()] {
      guard factor.first?.isNumber == true, let number = Double(factor) else { return nil }
      product *= number
    }
    return product
  }
}
