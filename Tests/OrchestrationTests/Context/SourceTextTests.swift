import FoundationEssentials
import JSON
import Orchestration
import TestSupport
import Testing

/// What real files look like afterwards: source as it was, transcripts shorter.
@Suite struct SourceTextTests {
  private static let pythonFiles = ["/usr/lib/python3.11", "/usr/lib/python3/dist-packages"].flatMap { folder in
    SharedFolder.names(in: folder).filter { $0.hasSuffix(".py") }.map { "\(folder)/\($0)" }
  }
  private static let transcripts = SharedFolder.path("data/transcripts")

  /// Not all of them, because tests are not optimized.
  private static func some(_ files: [String]) -> [String] {
    files.enumerated().filter { $0.offset % 4 == 3 }.map(\.element)
  }

  @Test func theSwiftFilesOfThisPackageStayAsTheyAre() throws {
    let root = String(#filePath.dropLast("/Tests/OrchestrationTests/Context/SourceTextTests.swift".count))
    var count = 0
    for folder in ["Sources", "Tests"] {
      let files = try FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(folder)").sorted()
      for file in Self.some(files.filter { $0.hasSuffix(".swift") }) {
        count += 1
        let bytes = SharedFolder.bytes(of: "\(root)/\(folder)/\(file)")
        #expect(ContextOptimizer().optimize(bytes, to: 1).bytes == bytes, "\(file)")
      }
    }
    #expect(count > 120)
  }

  @Test(.enabled(if: !pythonFiles.isEmpty, "There are no Python files below '/usr/lib' to try."))
  func thePythonFilesOfTheSystemStayAsTheyAre() {
    for path in Self.some(Self.pythonFiles) {
      let bytes = SharedFolder.bytes(of: path)
      guard String(validating: bytes, as: UTF8.self) != nil else { continue }
      #expect(ContextOptimizer().optimize(bytes, to: 1).bytes == bytes, "\(path)")
    }
  }

  @Test(arguments: SourceSamples.all)
  func sourceOfAnyKindStaysAsItIs(_ sample: SourceSamples.Sample) {
    #expect(ContextOptimizer().optimize(Array(sample.text.utf8), to: 1).text == sample.text)
    let long = Array(sample.longText.utf8)
    #expect(ContextOptimizer().optimize(long, to: 1, query: "weather").bytes == long)
  }

  @Test(arguments: SourceSamples.others)
  func whatIsNoSourceBecomesShorter(_ sample: SourceSamples.Sample) {
    let long = Array(sample.longText.utf8)
    #expect(ContextOptimizer().optimize(long, to: 1, query: "weather").bytes.count < long.count / 2)
  }

  @Test(.enabled(if: transcripts != nil, "There are no transcripts in 'shared/data/transcripts'."))
  func transcriptsLoseAFifthAndNoLine() throws {
    let folder = try #require(Self.transcripts)
    var before = 0
    var after = 0
    for name in SharedFolder.names(in: folder) where name.hasSuffix(".json") {
      let transcript = try JSONValue(parsing: SharedFolder.bytes(of: "\(folder)/\(name)"))
      let messages = (transcript["messages"]?.array ?? []).compactMap { $0["content"]?.string }
      let text = Array(messages.joined(separator: "\n").utf8)
      let shorter = ContextOptimizer(steps: ContextStep.harmless).optimize(text, to: 1)
      before += text.count
      after += shorter.bytes.count
      #expect(shorter.restored() == text)
      let lines = Set(shorter.bytes.split(separator: 0x0A))
      #expect(text.split(separator: 0x0A).allSatisfy { lines.contains($0) }, "\(name)")
    }
    #expect(before > 100_000)
    #expect(Double(after) <= 0.78 * Double(before), "\(before) bytes became \(after)")
  }
}
