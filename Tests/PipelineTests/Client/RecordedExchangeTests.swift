@unsafe @preconcurrency import Glibc
import JSON
import Pipeline
import TestSupport
import Testing

/// What a real server sent, played back to the client; the recordings are not part of the repository.
@Suite(
  .timeLimit(.minutes(1)),
  .enabled(if: Recording.folder != nil, "There is no 'shared/data/ollama' beside the repository.")
)
struct RecordedExchangeTests {
  @Test func readsEveryRecordedChat() async throws {
    var count = 0
    for recording in try Recording.all() where recording.url == "/api/chat" {
      let outcome = try await recording.play()
      count += 1
      switch outcome {
      case .success(let reply):
        #expect(
          recording.status == 200 || reply.finish == .unreadableCall || reply.finish == .length,
          "\(recording.name)"
        )
        let lines = recording.body.split(separator: "\n").compactMap { try? JSONValue(parsing: String($0)) }
        let content = lines.compactMap { $0["message"]?["content"]?.string }.joined()
        let calls = lines.flatMap { $0["message"]?["tool_calls"]?.array ?? [] }
        if recording.status == 200, reply.finish != .unreadableCall {
          #expect(reply.content == content, "\(recording.name)")
          #expect(reply.toolCalls.count == (reply.finish == .length ? 0 : calls.count), "\(recording.name)")
          #expect(reply.usage.promptTokens == lines.last?["prompt_eval_count"]?.integer, "\(recording.name)")
        }
      case .failure(let error):
        #expect(recording.status != 200, "\(recording.name): \(error)")
        #expect(!error.description.contains("Optional"))
      }
    }
    #expect(count > 50)
  }

  @Test(
    arguments: [
      ("ctx_long_truncate_false", .overContext(promptTokens: 6030, limit: 512)),
      (
        "err_tools_unsupported",
        .refused(
          server: "test",
          status: 400,
          message: "registry.ollama.ai/library/tiny-notools:latest does not support tools"
        )
      ),
      (
        "err_bad_option_type",
        .serverError(server: "test", status: 500, message: #"option "num_predict" must be of type integer"#)
      ),
      (
        "cloud_model_disabled",
        .refused(server: "test", status: 403, message: "ollama cloud is disabled: remote model is unavailable")
      ),
    ] as [(String, ModelError)]
  )
  func readsARecordedError(name: String, expected: ModelError) async throws {
    let recording = try #require(try Recording.all().first { $0.name == name })
    guard case .failure(let error) = try await recording.play() else {
      Issue.record("The error was taken for an answer.")
      return
    }
    #expect(error == expected)
  }

  @Test func readsARecordedListOfModels() async throws {
    let recording = try #require(try Recording.all().first { $0.name == "tags" })
    let server = recording.server()
    let models = try await server.client().api.models()
    #expect(models.count == 4)
    #expect(models.allSatisfy { $0.bytes > 1_000_000 && $0.billions > 0.01 && $0.capabilities != nil })
  }

  @Test func readsARecordedModel() async throws {
    let recording = try #require(try Recording.all().first { $0.name == "show_tiny-think" })
    let server = recording.server()
    let details = try await server.client().api.details(of: "tiny-think")
    #expect(details == ModelDetails(contextLength: 8192, capabilities: ["tools", "thinking", "completion"]))
  }
}

private struct Recording {
  let name: String
  let url: String
  let status: Int
  let body: String

  /// The folder of recordings, in a folder 'shared' beside the repository or above it.
  static let folder: String? = {
    var path = #filePath[...]
    while let slash = path.lastIndex(of: "/") {
      path = path[..<slash]
      let candidate = "\(path)/shared/data/ollama"
      if unsafe access(candidate, R_OK) == 0 { return candidate }
    }
    return nil
  }()

  static func all() throws -> [Recording] {
    try ["live", "scripted"].flatMap { try read(folder: "\(folder ?? "")/\($0)") }
  }

  private static func read(folder: String) throws -> [Recording] {
    var recordings: [Recording] = []
    guard let directory = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(directory) }
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      guard name.hasSuffix(".json") else { continue }
      let json = try JSONValue(parsing: text(of: "\(folder)/\(name)"))
      recordings.append(
        Recording(
          name: String(name.dropLast(5)),
          url: json["request"]?["url"]?.string ?? "",
          status: json["response"]?["status"]?.integer ?? 0,
          body: json["response"]?["body"]?.string ?? ""
        )
      )
    }
    return recordings
  }

  private static func text(of path: String) -> String {
    guard let file = unsafe fopen(path, "r") else { return "" }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = unsafe fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }

  func server() -> ChatServer {
    let (status, body) = (status, body)
    return ChatServer { connection, _ in connection.answer(body, status: "\(status) Recorded") }
  }

  func play() async throws -> Result<ModelReply, ModelError> {
    let server = server()
    do throws(ModelError) {
      return .success(try await server.client().reply(to: .short()))
    } catch {
      return .failure(error)
    }
  }
}
