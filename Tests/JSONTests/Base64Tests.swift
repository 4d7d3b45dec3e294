import JSON
import Testing

@Suite struct Base64Tests {
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ])
  func agreesWithTheStandard(bytes: String, text: String) {
    #expect(Base64.text(of: Array(bytes.utf8)) == text)
    #expect(Base64.bytes(of: text) == Array(bytes.utf8))
  }

  @Test func bringsBackEveryByte() {
    let bytes = (0...255).map { UInt8($0) }
    for count in 250...256 {
      #expect(Base64.bytes(of: Base64.text(of: Array(bytes[..<count]))) == Array(bytes[..<count]))
    }
  }

  @Test(arguments: ["Z", "Zg=", "Zg", "Zh==", "Z===", "====", "Zg==Zg==", "Zm9v\n", "Zm 9", "Zm-_"])
  func refusesWhatItDoesNotWrite(text: String) {
    #expect(Base64.bytes(of: text) == nil)
  }
}
