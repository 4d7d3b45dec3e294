import HTTP
import JSON
import Pipeline
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct ModelDirectoryTests {
  /// A server that lists these models, and answers a chat with its own name.
  private func server(_ name: String, _ models: [String]) -> ChatServer {
    ChatServer { connection, request in
      if request.hasPrefix("GET /api/tags ") {
        let list = models.map { ["name": .string($0), "size": 5] as JSONValue }
        connection.answer((["models": .array(list)] as JSONValue).text())
      } else if request.hasPrefix("POST /api/show ") {
        connection.answer(
          #"{"model_info":{"general.architecture":"q","q.context_length":8192},"capabilities":["tools"]}"#
        )
      } else {
        connection.answer(#"{"message":{"content":"\#(name)"},"done":true}"#)
      }
    }
  }

  private func servers(_ list: [(String, ChatServer)]) -> [ModelServer] {
    list.map { ModelServer(name: $0.0, url: $0.1.url) }
  }

  @Test func findsTheFirstServerThatHasExactlyTheModel() async throws {
    let (one, two) = (server("one", ["a:7b", "b"]), server("two", ["a", "b:latest"]))
    let directory = ModelDirectory(servers: servers([("one", one), ("two", two)]), http: HTTPClient())
    #expect(try await directory.server(for: "a") == "two")
    #expect(try await directory.server(for: "b") == "one")
    #expect(try await directory.server(for: "b", named: "two") == "two")
  }

  @Test func listsAllServersForAMissingModel() async {
    let (one, two) = (server("one", ["a:7b"]), server("two", []))
    let directory = ModelDirectory(servers: servers([("one", one), ("two", two)]), http: HTTPClient())
    await #expect(
      throws: ModelError.modelMissing(
        "a",
        at: [.init(server: "one", models: ["a:7b"]), .init(server: "two", models: [])]
      )
    ) { try await directory.server(for: "a") }
  }

  @Test func blamesAnAbsentServerBeforeItCallsAModelMissing() async {
    let one = server("one", ["a"])
    let gone = ModelServer(name: "gone", url: "http://127.0.0.1:\(RawServer.freePort())")
    let directory = ModelDirectory(servers: [gone] + servers([("one", one)]), http: HTTPClient())
    let error = await #expect(throws: ModelError.self) { try await directory.server(for: "b") }
    #expect(error?.server == "gone")
    #expect(await (try? directory.server(for: "a")) == "one")
  }

  @Test func asksAgainForAModelThatCameLater() async throws {
    let models = Mutex(["a"])
    let server = ChatServer { connection, _ in
      connection.answer(#"{"models":[{"name":"\#(models.withLock { $0[0] })"}]}"#)
    }
    let directory = ModelDirectory(servers: servers([("one", server)]), http: HTTPClient())
    #expect(try await directory.server(for: "a") == "one")
    #expect(try await directory.server(for: "a") == "one")
    #expect(server.requests.count == 1)
    models.withLock { $0 = ["b"] }
    #expect(try await directory.server(for: "b") == "one")
  }

  @Test func knowsWhatAModelCanDo() async throws {
    let one = server("one", ["a"])
    let directory = ModelDirectory(servers: servers([("one", one)]), http: HTTPClient())
    let details = try await directory.details(of: "a", on: "one")
    #expect(details == ModelDetails(contextLength: 8192, capabilities: ["tools"]))
    _ = try await directory.details(of: "a", on: "one")
    #expect(one.requests.count == 1)
  }

  @Test func sendsEachRequestToTheServerThatHasItsModel() async throws {
    let (one, two) = (server("one", ["a"]), server("two", ["a", "b"]))
    let pool = ModelPool(servers: servers([("one", one), ("two", two)]), http: HTTPClient())
    var pinned = ModelRequest.short("a")
    pinned.server = "two"
    #expect(try await pool.reply(to: .short("a")).content == "one")
    #expect(try await pool.reply(to: .short("b")).content == "two")
    #expect(try await pool.reply(to: pinned).server == "two")
  }

  @Test func saysWhatAnswersIfItIsNotOllama() async {
    let web = ChatServer(status: "200 OK", body: "<html>")
    let directory = ModelDirectory(servers: servers([("web", web)]), http: HTTPClient())
    let failure = await directory.inventory()[0].failure
    #expect(failure?.description.contains("is not Ollama") == true)
  }

  /// A server of OpenAI's protocol that lists one model, and answers a chat with its name whatever it is asked for.
  private func openAI(_ model: JSONValue) -> ChatServer {
    ChatServer { connection, request in
      if request.hasPrefix("GET /v1/models ") {
        connection.answer((["object": "list", "data": [model]] as JSONValue).text())
      } else if request.hasPrefix("GET /props ") {
        connection.answer(#"{"default_generation_settings":{"n_ctx":4096}}"#)
      } else {
        connection.answer(
          #"{"choices":[{"message":{"content":"\#(model["id"]?.string ?? "")"},"finish_reason":"stop"}]}"#
        )
      }
    }
  }

  @Test func asksServersOfBothKindsInTheirOwnWay() async throws {
    let (one, two) = (server("one", ["a"]), openAI(["id": "b"]))
    let list = [
      ModelServer(name: "one", url: one.url), ModelServer(name: "two", kind: .openai, url: two.url + "/v1"),
    ]
    let pool = ModelPool(servers: list, http: HTTPClient())
    #expect(try await pool.reply(to: .short("a")).content == "one")
    #expect(try await pool.reply(to: .short("b")).content == "b")
    #expect(await pool.directory.loadedModels()["two"]?.isEmpty == true)
  }

  @Test func takesNoAnswerOfAModelThatWasNotAskedFor() async {
    let server = openAI(["id": "b"])
    let pool = ModelPool(servers: [ModelServer(name: "two", kind: .openai, url: server.url)], http: HTTPClient())
    await #expect(throws: ModelError.modelMissing("a", at: [.init(server: "two", kind: .openai, models: ["b"])])) {
      try await pool.reply(to: .short("a"))
    }
  }

  @Test(
    arguments: [
      (["id": "b", "max_model_len": 8192], 8192), (["id": "b", "owned_by": "x", "context_length": 16_384], 16_384),
      (["id": "b", "owned_by": "llamacpp", "meta": ["n_ctx_train": 32_768]], 4096),
      (["id": "b", "owned_by": "llamacpp", "meta": ["n_ctx": 2048, "n_ctx_train": 32_768]], 2048), (["id": "b"], nil),
    ] as [(JSONValue, Int?)]
  )
  func knowsTheWindowOfAModelOfAnotherServer(entry: JSONValue, window: Int?) async throws {
    let server = openAI(entry)
    let list = [ModelServer(name: "two", kind: .openai, url: server.url)]
    let details = try await ModelDirectory(servers: list, http: HTTPClient()).details(of: "b", on: "two")
    #expect(details == ModelDetails(contextLength: window, capabilities: nil))
  }
}
