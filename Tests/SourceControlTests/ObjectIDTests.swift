import SourceControl
import Testing

@Suite struct ObjectIDTests {
  // As `git hash-object --stdin` names them.
  @Test(arguments: [
    ("", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"),
    ("hello\n", "ce013625030ba8dba906f756967f9e9ca394464a"),
    ("a\r\nb\0", "f2ce9a865b890fd8c3bbb3cdfc5ea808e892a373"),
  ])
  func namesABlobAsGitDoes(content: String, id: String) throws {
    #expect(try ObjectID(blob: Array(content.utf8)).description == id)
  }

  @Test func survivesTheWayThroughText() throws {
    let id = try ObjectID(blob: [1, 2, 3])
    #expect(ObjectID(id.description) == id)
    #expect(ObjectID(id.description.uppercased()) == id)
    #expect(ObjectID(bytes: id.bytes) == id)
    #expect(id.description.hasPrefix(id.short))
  }

  @Test(arguments: [
    "", "4b825dc6", "4b825dc642cb6eb9a060e54bf8d69288fbee490", "4b825dc642cb6eb9a060e54bf8d69288fbee49041",
    "4b825dc642cb6eb9a060e54bf8d69288fbee490g", "4b825dc642cb6eb9a060e54bf8d69288fbee490404",
  ])
  func refusesOtherText(text: String) {
    #expect(ObjectID(text) == nil)
  }

  @Test func ordersByItsBytes() throws {
    let ids = try (0..<100).map { try ObjectID(blob: [$0]) }
    #expect(ids.sorted().map(\.bytes) == ids.map(\.bytes).sorted { $0.lexicographicallyPrecedes($1) })
  }

  @Test func knowsTheEmptyTree() {
    #expect(ObjectID.emptyTree.description == "4b825dc642cb6eb9a060e54bf8d69288fbee4904")
  }
}
