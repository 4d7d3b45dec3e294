import JSON

/// How long a model stays loaded after a request.
enum KeepAlive: Hashable, Sendable {
  case duration(Duration)
  case forEver

  /// Ollama's own choice.
  static let standard = KeepAlive.duration(.seconds(300))

  /// Reads seconds or a Go duration; nil for null.
  init?(_ value: JSONValue) throws(OllamaError) {
    switch value {
    case .null: return nil
    case .integer(let seconds): self = seconds < 0 ? .forEver : .duration(.seconds(seconds))
    case .number(let seconds): self = seconds < 0 ? .forEver : .duration(.seconds(seconds))
    case .string(let text):
      guard let seconds = Self.seconds(text) else {
        throw OllamaError(400, "time: invalid duration \(JSONValue.string(text).text())")
      }
      self = seconds < 0 ? .forEver : .duration(.seconds(seconds))
    case .bool, .array, .object: throw ChatRequest.mismatch(value, "value of type api.Duration")
    }
  }

  private static let units: [String: Double] = [
    "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3_600,
  ]

  /// The seconds of a duration as Go writes it, such as `1h30m`.
  private static func seconds(_ text: String) -> Double? {
    var rest = Substring(text)
    let isNegative = rest.hasPrefix("-")
    if isNegative || rest.hasPrefix("+") { rest = rest.dropFirst() }
    if rest == "0" { return 0 }
    guard !rest.isEmpty else { return nil }
    var total = 0.0
    while !rest.isEmpty {
      let number = rest.prefix { $0.isNumber || $0 == "." }
      let unit = rest.dropFirst(number.count).prefix { !$0.isNumber && $0 != "." }
      guard let value = Double(number), let factor = units[String(unit)] else { return nil }
      total += value * factor
      rest = rest.dropFirst(number.count + unit.count)
    }
    return isNegative ? -total : total
  }
}
