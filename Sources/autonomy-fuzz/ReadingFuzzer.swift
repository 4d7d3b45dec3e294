import JSON
import ToolCallReading

/// Reads mutated texts, and says where the reader broke a promise.
struct ReadingFuzzer {
  /// How many calls were found in all, so that one can see that the texts are not merely broken.
  private(set) var calls = 0
  private var mutation: Mutation

  init(seed: UInt64) {
    mutation = Mutation(seed: seed)
  }

  /// Reads one more text; the answer is what is wrong with the reading, or nil.
  mutating func round() -> String? {
    let bytes = mutation.text()
    let reading = SampleTools.reader.read(bytes)
    calls += reading.calls.count
    let problem =
      reading.calls.lazy.compactMap { Self.problem($0, Evidence(bytes)) }.first
      ?? streamed(bytes, reading)
    return problem.map {
      "\($0) Text: \(JSONValue.string(String(decoding: bytes, as: UTF8.self)).text())"
    }
  }

  private static func problem(_ call: FoundCall, _ evidence: Evidence) -> String? {
    guard let tool = SampleTools.all.first(where: { $0.name == call.name }) else {
      return "'\(call.name)' is not offered."
    }
    guard evidence.names(call.name) else { return "'\(call.name)' is not in the text." }
    for (name, value) in call.arguments {
      if !call.mends.contains(.positionalArguments), tool.changesFiles, !evidence.names(name) {
        return "The argument '\(name)' is not in the text."
      }
      for string in strings(value) where !evidence.holds(string) && !evidence.names(string) {
        return "The value \(JSONValue.string(string).text()) is not in the text."
      }
    }
    if tool.changesFiles, !call.guessed.isEmpty { return "A file would be written after a guess." }
    return nil
  }

  private static func strings(_ value: JSONValue) -> [String] {
    switch value {
    case .string(let text): [text]
    case .array(let values): values.flatMap(strings)
    case .object(let object): object.flatMap { [$0.key] + strings($0.value) }
    default: []
    }
  }

  /// Reads the text again in pieces, which must give the same.
  private mutating func streamed(_ bytes: [UInt8], _ reading: CallReading) -> String? {
    var stream = SampleTools.reader.stream()
    var handedOn: [FoundCall] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Int.random(in: 1...40, using: &mutation)
      handedOn += stream.feed(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    guard stream.finish() == reading else { return "Read in pieces it is something else." }
    return reading.calls.starts(with: handedOn) ? nil : "A call was handed on and then taken back."
  }
}
