/// An assembler of the events of a stream from its lines, as far as model servers use them.
struct ServerSentEvents {
  /// One event.
  struct Event: Hashable {
    var data: [UInt8] = []
    /// Whether the server marks it as an error, by its name or by a field that older llama.cpp servers made for it.
    var isError = false
  }

  private static let end = Array("[DONE]".utf8)

  private var event = Event()
  private(set) var isAtEnd = false

  /// Takes a line without its end, and returns the event that it completes.
  mutating func take(_ line: [UInt8]) -> Event? {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return line.isEmpty ? rest() : nil }
    var value = line[(colon + 1)...]
    if value.first == 0x20 { value = value.dropFirst() }
    switch colon {
    case 4 where line.starts(with: "data".utf8):
      add(value)
      if event.data == Self.end {
        event = Event()
        isAtEnd = true
      }
    case 5 where line.starts(with: "error".utf8):
      add(value)
      event.isError = true
    case 5 where line.starts(with: "event".utf8):
      event.isError = value.elementsEqual("error".utf8)
    default:
      // Comments, which keep a connection open, and fields that mean nothing here.
      break
    }
    return nil
  }

  /// Returns the event that the stream broke off in, if it has any data.
  mutating func rest() -> Event? {
    defer { event = Event() }
    return event.data.isEmpty ? nil : event
  }

  private mutating func add(_ value: ArraySlice<UInt8>) {
    if event.data.isEmpty {
      event.data = Array(value)
    } else {
      event.data.append(0x0A)
      event.data += value
    }
  }
}
