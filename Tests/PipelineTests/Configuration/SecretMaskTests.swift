import JSON
import Testing

@testable import Pipeline

@Suite struct SecretMaskTests {
  private let mask = SecretMask(environment: [
    "OLLAMA_API_KEY": "sk-abcdefgh", "GITHUB_TOKEN": "sk-abcdefgh-longer", "DB_PASSWORD": "pässwort",
    "PATH": "/usr/bin",
    "SHORT_TOKEN": "true", "EMPTY_SECRET": "",
  ])

  @Test(arguments: [
    ("nothing here, true, /usr/bin", "nothing here, true, /usr/bin"),
    ("sk-abcdefgh", "[hidden]"),
    ("a sk-abcdefgh b sk-abcdefgh", "a [hidden] b [hidden]"),
    ("x sk-abcdefgh-longer y", "x [hidden] y"),
    ("ü pässwort ü", "ü [hidden] ü"),
    ("sk-abcdefg sk-sk-abcdefgh", "sk-abcdefg sk-[hidden]"),
    ("", ""),
  ])
  func hidesSecretsAndNothingElse(_ text: String, _ masked: String) {
    #expect(mask.mask(text) == masked)
  }

  @Test func hidesSecretsInTheValuesOfJSONAndLeavesNumbers() {
    let mask = SecretMask(environment: ["A_TOKEN": "12345678", "B_KEY": "a\"b\\c\nd-e"])
    let value: JSONValue = [
      "12345678": 123_456_789, "x": ["a\"b\\c\nd-e!", nil, 12_345_678.5], "y": ["z": "12345678"],
    ]
    #expect(
      mask.mask(value) == ["[hidden]": 123_456_789, "x": ["[hidden]!", nil, 12_345_678.5], "y": ["z": "[hidden]"]]
    )
  }

  @Test func leavesTextAloneWithoutSecrets() {
    #expect(SecretMask(environment: ["HOME": "/home/somebody"]).mask("/home/somebody") == "/home/somebody")
  }

  @Test func childrenSeeNoSecrets() {
    let environment = [
      "PATH": "/bin", "OPENAI_API_KEY": "x", "AWS_SECRET_ACCESS_KEY": "y", "my_token": "z", "HOME": "/",
    ]
    #expect(SecretMask.withoutSecrets(environment) == ["PATH": "/bin", "HOME": "/"])
  }

  @Test func aSecretDescribesItselfHidden() {
    let secret = Secret("sk-abcdefgh")
    #expect("\(secret) \(String(reflecting: secret)) \([secret])" == "[hidden] [hidden] [[hidden]]")
  }
}
