import Testing

@testable import Pipeline

@Suite struct ServerAddressTests {
  /// The cases of Ollama's own tests of OLLAMA_HOST, as its client sees them, and those of an address of ours.
  @Test(arguments: [
    ("", "http://127.0.0.1:11434"),
    ("1.2.3.4", "http://1.2.3.4:11434"),
    (":1234", "http://127.0.0.1:1234"),
    ("1.2.3.4:1234", "http://1.2.3.4:1234"),
    ("example.com", "http://example.com:11434"),
    ("example.com:1234", "http://example.com:1234"),
    (":0", "http://127.0.0.1:0"),
    (":66000", "http://127.0.0.1:11434"),
    (":-1", "http://127.0.0.1:11434"),
    ("[::1]", "http://[::1]:11434"),
    ("[::1]:1337", "http://[::1]:1337"),
    ("::1", "http://[::1]:11434"),
    ("[::]", "http://[::1]:11434"),
    ("0.0.0.0", "http://127.0.0.1:11434"),
    ("0.0.0.0:99", "http://127.0.0.1:99"),
    (" 1.2.3.4 ", "http://1.2.3.4:11434"),
    ("\"1.2.3.4\"", "http://1.2.3.4:11434"),
    ("'1.2.3.4'", "http://1.2.3.4:11434"),
    ("http://1.2.3.4", "http://1.2.3.4:80"),
    ("http://1.2.3.4:1", "http://1.2.3.4:1"),
    ("https://1.2.3.4", "https://1.2.3.4:443"),
    ("HTTPS://1.2.3.4:5", "https://1.2.3.4:5"),
    ("https://example.com:8443/proxy/ollama/", "https://example.com:8443/proxy/ollama"),
    ("example.com/ollama", "http://example.com:11434/ollama"),
    ("http://example.com:x", "http://example.com:80"),
    ("ollama.com", "https://ollama.com:443"),
  ])
  func isReadAsOllamaReadsIt(_ text: String, _ url: String) {
    #expect(ServerAddress(text)?.url == url)
  }

  @Test(arguments: ["ftp://host", "user:pw@host", "a b", "http://host/p?x=1", "[::1", "[::1]x", "http://h#f"])
  func refuses(_ text: String) {
    #expect(ServerAddress(text) == nil)
  }
}
