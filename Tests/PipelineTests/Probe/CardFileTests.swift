@unsafe @preconcurrency import Glibc
import Pipeline
import TestSupport
import Testing

/// The file in which capability cards are kept.
@Suite struct CardFileTests {
  private func card(_ model: ModelName = "m:1b", at server: String = "http://a:1", native: Int = 3) -> CapabilityCard {
    var card = CapabilityCard(
      model: model,
      server: server,
      date: Timestamp(milliseconds: 1_772_357_400_250),
      context: ContextFinding(requested: 16_384, loaded: 4096, sent: 9000, seen: 4096, isWhole: false)
    )
    card.calls = CallCounts(native: native, lost: 1, right: 2)
    card.prefillRate = 812.5
    return card
  }

  @Test func aCardComesBackAsItWasKept() throws {
    let folder = try TemporaryDirectory()
    let file = CardFile(path: folder.appending("data/autonomy/models.json"))
    #expect(try file.cards().isEmpty)
    try file.store(card())
    #expect(try file.cards() == [card()])
  }

  @Test func thereIsOneCardForEachModelOfAServer() throws {
    let file = CardFile(path: try TemporaryDirectory().appending("models.json"))
    for card in [card(), card("n:2b"), card(at: "http://b:1"), card(native: 7)] { try file.store(card) }
    let cards = try file.cards()
    #expect(cards.count == 3)
    #expect(cards.card(of: "m:1b", at: "http://a:1")?.calls.native == 7)
    #expect(cards.card(of: "m:1b", at: "http://c:1") == nil)
  }

  @Test func nobodyElseCanReadIt() throws {
    let folder = try TemporaryDirectory()
    let file = try #require(CardFile(environment: ["XDG_DATA_HOME": folder.appending("data")]))
    try file.store(card())
    func mode(_ path: String) -> mode_t {
      var status = stat()
      unsafe stat(path, &status)
      return status.st_mode & 0o777
    }
    #expect(mode(file.path) == 0o600)
    #expect(mode(folder.appending("data/autonomy")) == 0o700)
  }

  @Test(arguments: ["{", "{\"version\": 1}", "[]", "{\"version\": 2, \"cards\": []}", ""])
  func whatCannotBeReadIsNamedAndStays(text: String) throws {
    let folder = try TemporaryDirectory()
    let file = CardFile(path: try folder.write(text, to: "models.json"))
    let error = #expect(throws: CardFileError.self) { try file.cards() }
    #expect(error?.description.contains(file.path) == true)
    #expect(throws: CardFileError.self) { try file.store(card()) }
    #expect(folder.text(of: "models.json") == text)
  }

  @Test(
    arguments: [
      (["XDG_DATA_HOME": "/data", "HOME": "/home/me"], "/data/autonomy/models.json"),
      (["XDG_DATA_HOME": "relative", "HOME": "/home/me"], "/home/me/.local/share/autonomy/models.json"),
      ([:], nil),
    ] as [([String: String], String?)]
  )
  func itIsWhereTheEnvironmentSays(environment: [String: String], path: String?) {
    #expect(CardFile(environment: environment)?.path == path)
  }
}
