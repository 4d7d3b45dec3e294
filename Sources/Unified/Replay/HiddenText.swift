import JSON
import Pipeline

/// Compares what a record says with something of which it hides the secrets.
enum HiddenText {
  /// Whether the record says the same, where any text may stand for what it hides.
  static func isSame(_ recorded: JSONValue, _ now: JSONValue) -> Bool {
    switch (recorded, now) {
    case (.string(let recorded), .string(let now)):
      return isSame(recorded, now)
    case (.array(let recorded), .array(let now)):
      return recorded.count == now.count && zip(recorded, now).allSatisfy { isSame($0, $1) }
    case (.object(let recorded), .object(let now)):
      return recorded.count == now.count
        && zip(recorded, now).allSatisfy { isSame($0.key, $1.key) && isSame($0.value, $1.value) }
    default:
      return recorded == now
    }
  }

  private static func isSame(_ recorded: String, _ now: String) -> Bool {
    guard recorded != now else { return true }
    let parts = pieces(Array(recorded.utf8))
    guard parts.count > 1, let first = parts.first, let last = parts.last else { return false }
    var rest = Array(now.utf8)[...]
    guard rest.starts(with: first) else { return false }
    rest = rest.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() {
      guard let place = rest.firstRange(of: part) else { return false }
      rest = rest[place.upperBound...]
    }
    return rest.count >= last.count && rest.suffix(last.count).elementsEqual(last)
  }

  /// What is between the places where something is hidden.
  private static func pieces(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
    let mark = Array(SecretMask.replacement.utf8)
    var pieces: [ArraySlice<UInt8>] = []
    var rest = text[...]
    while let place = rest.firstRange(of: mark) {
      pieces.append(rest[..<place.lowerBound])
      rest = rest[place.upperBound...]
    }
    return pieces + [rest]
  }
}

extension RecordedItem {
  /// Whether something is hidden in what a model, a check or a server said here.
  var hidesSecret: Bool {
    guard let text = try? json().text() else { return false }
    return text.contains(SecretMask.replacement)
  }
}
