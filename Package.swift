// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

/// For what all tests go through most: without optimisation they take a third longer.
let optimised = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let package = Package(
  name: "autonomy",
  products: [
    .executable(name: "autonomy", targets: ["autonomy"]),
    .executable(name: "autonomy-bench", targets: ["autonomy-bench"]),
    .executable(name: "autonomy-fuzz", targets: ["autonomy-fuzz"]),
  ],
  targets: [
    // MARK: - C libraries
    // CSQLite is linked. The others are opened with dlopen(3) by the first command that needs them, because loading
    // them would cost every command, `--version` included, more start-up time than the program itself.
    .target(name: "CCurl"),
    .target(name: "CLibGit2"),
    .target(name: "CMicrohttpd"),
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CSystem"),
    .target(name: "CZlib"),
    .target(name: "Embedded"),

    // MARK: - Leaves
    .target(name: "ArgumentParsing", dependencies: ["Wording"], swiftSettings: strict),
    .target(name: "HTTP", dependencies: ["CCurl", "CSystem"], swiftSettings: strict),
    .target(name: "JSON", swiftSettings: optimised),
    .target(name: "OllamaSimulator", dependencies: ["CMicrohttpd", "CSystem", "JSON"], swiftSettings: optimised),
    .target(name: "Persistence", dependencies: ["CSQLite", "Embedded"], swiftSettings: optimised),
    .target(name: "SourceControl", dependencies: ["CLibGit2", "CSystem", "CZlib"], swiftSettings: optimised),
    .target(name: "ToolCallReading", dependencies: ["JSON"], swiftSettings: optimised),
    .target(name: "Wording", swiftSettings: optimised),

    // MARK: - The pipeline
    .target(
      name: "Pipeline",
      dependencies: [
        "CSystem", "Embedded", "HTTP", "JSON", "Persistence", "SourceControl", "ToolCallReading", "Wording",
      ],
      swiftSettings: strict
    ),
    .target(
      name: "Orchestration",
      dependencies: ["JSON", "Pipeline", "SourceControl", "ToolCallReading", "Wording"],
      swiftSettings: strict
    ),
    .target(
      name: "Unified",
      dependencies: ["HTTP", "JSON", "Orchestration", "Persistence", "Pipeline", "SourceControl", "Wording"],
      swiftSettings: strict
    ),

    // MARK: - The program
    .executableTarget(
      name: "autonomy",
      dependencies: [
        "ArgumentParsing", "Embedded", "JSON", "OllamaSimulator", "Orchestration", "Pipeline", "SourceControl",
        "ToolCallReading", "Unified", "Wording",
      ],
      swiftSettings: strict
    ),

    .executableTarget(
      name: "autonomy-bench",
      dependencies: [
        "HTTP", "JSON", "OllamaSimulator", "Orchestration", "Persistence", "Pipeline", "SourceControl",
        "ToolCallReading", "Unified",
      ],
      swiftSettings: strict
    ),

    // MARK: - The fuzzer
    .executableTarget(name: "autonomy-fuzz", dependencies: ["JSON", "ToolCallReading"], swiftSettings: strict),

    // MARK: - Tests
    .target(
      name: "TestSupport",
      dependencies: ["JSON", "OllamaSimulator", "Pipeline", "SourceControl"],
      path: "Tests/TestSupport",
      swiftSettings: strict
    ),
    .testTarget(
      name: "ArchitectureTests",
      dependencies: ["Embedded", "OllamaSimulator", "Pipeline", "SourceControl", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ArgumentParsingTests",
      dependencies: ["ArgumentParsing", "TestSupport"],
      exclude: ["Snapshots"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "AutonomyTests",
      dependencies: [
        "ArgumentParsing", "JSON", "OllamaSimulator", "Pipeline", "SourceControl", "TestSupport", "Unified", "autonomy",
      ],
      exclude: ["Snapshots"],
      swiftSettings: strict
    ),
    .testTarget(name: "HTTPTests", dependencies: ["HTTP", "OllamaSimulator", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: strict),
    .testTarget(
      name: "OllamaSimulatorTests",
      dependencies: ["HTTP", "JSON", "OllamaSimulator", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "OrchestrationTests",
      dependencies: ["JSON", "Orchestration", "Pipeline", "SourceControl", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(name: "PersistenceTests", dependencies: ["Persistence", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "PipelineTests",
      dependencies: ["HTTP", "JSON", "OllamaSimulator", "Persistence", "Pipeline", "SourceControl", "TestSupport"],
      exclude: ["Client/Snapshots"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "SourceControlTests",
      dependencies: ["SourceControl", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ToolCallReadingTests",
      dependencies: ["JSON", "TestSupport", "ToolCallReading", "autonomy-fuzz"],
      swiftSettings: strict
    ),
    .testTarget(name: "WordingTests", dependencies: ["Wording"], swiftSettings: strict),
    .testTarget(
      name: "UnifiedTests",
      dependencies: [
        "JSON", "OllamaSimulator", "Orchestration", "Pipeline", "SourceControl", "TestSupport", "Unified",
      ],
      swiftSettings: strict
    ),
  ],
  cLanguageStandard: .gnu2x
)
