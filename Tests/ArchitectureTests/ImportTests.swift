import Testing

/// Which module may know which: the layers of the package, and the one module that may touch each C library.
@Suite struct ImportTests {
  /// What each module may depend on.
  ///
  /// A module that is missing here has no place in the layers yet.
  static let allowed: [String: Set<String>] = [
    "ArgumentParsing": ["CSystem", "Wording"],
    "HTTP": ["CCurl", "CSystem"],
    "JSON": [],
    "OllamaSimulator": ["CMicrohttpd", "CSystem", "JSON"],
    "Persistence": ["CSQLite", "CSystem", "Embedded"],
    "SourceControl": ["CLibGit2", "CSystem", "CZlib"],
    "Pipeline": [
      "CSystem", "Embedded", "HTTP", "JSON", "Persistence", "SourceControl", "ToolCallReading", "Wording",
    ],
    "ToolCallReading": ["JSON"],
    "Orchestration": ["JSON", "Pipeline", "SourceControl", "ToolCallReading", "Wording"],
    "Wording": [],
    "Unified": ["HTTP", "JSON", "Orchestration", "Persistence", "Pipeline", "SourceControl", "Wording"],
    "autonomy-bench": [
      "HTTP", "JSON", "OllamaSimulator", "Orchestration", "Persistence", "Pipeline", "SourceControl",
      "ToolCallReading", "Unified",
    ],
    "autonomy-fuzz": ["JSON", "ToolCallReading"],
    "autonomy": [
      "ArgumentParsing", "CSystem", "Embedded", "JSON", "OllamaSimulator", "Orchestration", "Pipeline",
      "SourceControl", "ToolCallReading", "Unified", "Wording",
    ],
  ]

  /// What every module may use of the system.
  ///
  /// Foundation is not among it: it costs start-up time and megabytes.
  static let system: Set<String> = ["Dispatch", "Glibc", "Synchronization"]

  /// Test code, which no rule of layers concerns.
  static let exempt: Set<String> = ["TestSupport"]

  @Test func everySwiftModuleHasItsPlaceInTheLayers() throws {
    let modules = Set(try PackageFolder.swiftFiles().compactMap(module(of:)))
    #expect(modules.subtracting(Self.exempt) == Set(Self.allowed.keys))
  }

  @Test(arguments: allowed.keys.sorted())
  func declaresNothingBeyondItsLayer(module: String) throws {
    let declared = try #require(try Manifest().dependencies[module], "Package.swift has no target '\(module)'.")
    #expect(declared.subtracting(Self.allowed[module, default: []]).isEmpty)
  }

  @Test(arguments: allowed.keys.sorted())
  func importsOnlyWhatItDeclares(module: String) throws {
    let declared = try #require(try Manifest().dependencies[module])
    for file in try PackageFolder.swiftFiles() where file.hasPrefix("Sources/\(module)/") {
      let undeclared = Set(imports(in: try PackageFolder.text(file))).subtracting(declared).subtracting(Self.system)
      #expect(undeclared.isEmpty, "\(file)")
    }
  }

  @Test(arguments: [
    ("import Glibc", ["Glibc"]),
    ("package import JSON\nimport struct Pipeline.Event", ["JSON", "Pipeline"]),
    ("@unsafe @preconcurrency import Glibc", ["Glibc"]),
    ("#if canImport(X)\n  import X  // for Y\n#endif", ["X"]),
    ("// import Nothing\nlet text = \"import Nothing\"", []),
  ])
  func findsTheImportsOfAText(text: String, expected: [String]) {
    #expect(imports(in: text) == expected)
  }

  private func module(of file: String) -> String? {
    let parts = file.split(separator: "/")
    return parts.first == "Sources" && parts.count > 2 ? String(parts[1]) : nil
  }

  private func imports(in text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let index = words.firstIndex(of: "import"), index + 1 < words.count else { return nil }
      let modifiers: Set<Substring> = ["package", "internal", "private", "fileprivate", "public"]
      guard words[..<index].allSatisfy({ $0.hasPrefix("@") || modifiers.contains($0) }) else { return nil }
      let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
      let name = kinds.contains(words[index + 1]) && index + 2 < words.count ? words[index + 2] : words[index + 1]
      return name.split(separator: ".").first.map(String.init)
    }
  }
}
