/// What the server does with a request.
enum HTTPAnswer {
  /// Closes the connection without a word.
  case drop
  /// Closes the connection likewise, and refuses new ones for a while, or for ever.
  case refuse(Duration?)
  case reply(HTTPReply)
}

/// The head of an answer, the source of its body, and how long the client waits for both.
struct HTTPReply {
  var status: Int
  var headers: [(name: String, value: String)]
  /// The length of the body in bytes; nil sends it in chunks.
  var length: Int?
  var body: any BodySource
  var delay: Pause?
}

/// How long nothing is sent.
enum Pause: Hashable, Sendable {
  case duration(Duration)
  case forEver
}

/// A body that is made while it is sent, so that a slow client costs no memory.
protocol BodySource {
  mutating func next() -> BodyStep
}

/// The next thing that happens in a body.
enum BodyStep: Hashable {
  case bytes([UInt8])
  case pause(Pause)
  case end
  /// Closes the connection in the middle.
  case abort
}

/// A body that is there as a whole.
struct WholeBody: BodySource {
  private var bytes: [UInt8]?

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func next() -> BodyStep {
    guard let bytes else { return .end }
    self.bytes = nil
    return .bytes(bytes)
  }
}
