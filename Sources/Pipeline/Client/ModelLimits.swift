/// How long each part of a model's answer may take.
package struct ModelLimits: Hashable, Sendable {
  /// Making the connection.
  package var connect: Duration
  /// Loading the model, on top of the limit for the first token, where it may not be loaded.
  package var load: Duration
  /// Reading the prompt.
  package var firstToken: Duration
  /// Silence inside an answer.
  package var idle: Duration
  /// The bytes that are kept of one answer.
  package var answerBytes: Int

  package init(
    connect: Duration = .seconds(10),
    load: Duration = .seconds(300),
    firstToken: Duration = .seconds(300),
    idle: Duration = .seconds(120),
    answerBytes: Int = 8_388_608
  ) {
    self.connect = connect
    self.load = load
    self.firstToken = firstToken
    self.idle = idle
    self.answerBytes = answerBytes
  }
}
