@unsafe @preconcurrency import Glibc
import JSON
import OllamaSimulator
import Testing

/// Ollama's own Python client as an independent reader of what the server writes.
///
/// It runs where `import ollama` works in `python3`, or in the interpreter that AUTONOMY_PYTHON names.
@Suite(
  .enabled(if: PythonClient.isThere, "The Python package 'ollama' is missing: 'pip install ollama' adds these tests.")
)
struct PythonClientTests {
  static let rules: JSONValue = [
    ["when": ["last_contains": "fail"], "fault": ["kind": "http_status", "status": 503, "message": "server busy"]],
    ["when": ["last_contains": "line"], "fault": ["kind": "error_line", "after_chunks": 1, "message": "boom"]],
    ["when": ["last_contains": "think"], "reply": ["thinking": "Let me see about that.", "content": "Yes."]],
    [
      "when": ["tool_offered": "add"],
      "reply": ["content": "Now.", "tool_calls": [["name": "add", "arguments": ["a": 1, "b": [2, "<x>"]]]]],
    ],
    ["when": ["last_contains": "format"], "reply": ["content": #"{"n": 3}"#]],
    ["reply": ["content": "Grüße aus <Köln>.", "chunk_bytes": 4]],
  ]

  static let cases = [
    ("print([m.model for m in c.list().models])", "['tiny:7b', 'thinker:latest', 'plain:latest']"),
    (
      "s = c.show('thinker'); print(s.capabilities, s.modelinfo['simulated.context_length'])",
      "['completion', 'tools', 'thinking'] 32768"
    ),
    (
      "c.chat('tiny:7b', ask('x'), options={'num_ctx': 512}); print([(m.model, m.context_length) for m in c.ps().models])",
      "[('tiny:7b', 512)]"
    ),
    (
      "r = c.chat('tiny:7b', ask('x')); print(r.message.content, r.done_reason, r.prompt_eval_count, r.eval_count)",
      "Grüße aus <Köln>. stop 8 5"
    ),
    ("print('|'.join(p.message.content for p in c.chat('tiny:7b', ask('x'), stream=True)))", "Grü|ße |aus |<Kö|ln>.|"),
    ("print([p.done for p in c.chat('tiny:7b', ask('x'), stream=True)][-2:])", "[False, True]"),
    (
      "t = c.chat('tiny:7b', ask('x'), tools=[add]).message.tool_calls; print(t[0].function.name, t[0].function.arguments)",
      "add {'a': 1, 'b': [2, '<x>']}"
    ),
    (
      "print([t.function.name for p in c.chat('tiny:7b', ask('x'), tools=[add], stream=True) "
        + "for t in p.message.tool_calls or []])", "['add']"
    ),
    ("r = c.chat('tiny:7b', ask('format'), format={'type': 'object'}); print(r.message.content)", #"{"n": 3}"#),
    (
      "r = c.chat('thinker', ask('think'), think=True); print(r.message.thinking, r.message.content)",
      "Let me see about that. Yes."
    ),
    (
      "print(''.join(p.message.thinking or '' for p in c.chat('thinker', ask('think'), think='high', stream=True)))",
      "Let me see about that."
    ),
    ("print(c.chat('thinker', ask('think'), think=False).message.thinking)", "None"),
    ("fails(lambda: c.chat('nope', ask('x')))", "404 model 'nope' not found"),
    ("fails(lambda: c.show('nope'))", "404 model 'nope:latest' not found"),
    ("fails(lambda: c.chat('tiny:7b', ask('x'), think=True))", #"400 "tiny:7b" does not support thinking"#),
    (
      "fails(lambda: c.chat('plain', ask('x'), tools=[add]))",
      "400 registry.ollama.ai/library/plain:latest does not support tools"
    ),
    ("fails(lambda: c.chat('tiny:7b', ask('fail')))", "503 server busy"),
    ("fails(lambda: list(c.chat('tiny:7b', ask('line'), stream=True)))", "-1 boom"),
    ("c.chat('tiny:7b', keep_alive=0); print([m.model for m in c.ps().models])", "['thinker:latest']"),
  ]

  @Test func theClientUnderstandsTheServer() async throws {
    let server = try await SimulatorFixture(Self.rules)
    let url = server.simulator.url
    let code = Self.cases.map(\.0).joined(separator: "\n")
    let printed = try await onThread { try PythonClient.run(code, url: url) }.split(separator: "\n").map(String.init)
    try #require(printed.count == Self.cases.count, "\(printed)")
    for (line, (code, expected)) in zip(printed, Self.cases) { #expect(line == expected, "\(code)") }
  }
}

/// Runs lines of Python that talk to a server.
enum PythonClient {
  static let isThere = (try? run("pass", url: "http://127.0.0.1:1")) == ""

  private static let prologue = """
    import ollama, sys
    c = ollama.Client(host=sys.argv[1], trust_env=False)
    def ask(text): return [{'role': 'user', 'content': text}]
    def add(a: int, b: int) -> int:
      return a + b
    def fails(call):
      try:
        call()
      except ollama.ResponseError as e:
        print(e.status_code, e.error)

    """

  /// What the code writes; blocks until it has ended.
  static func run(_ code: String, url: String) throws -> String {
    var pipe: [Int32] = [-1, -1]
    guard unsafe Glibc.pipe(&pipe) == 0 else { throw RawConnection.Failure(description: "no pipe") }
    for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(pipe[0]) }
    let interpreter = unsafe getenv("AUTONOMY_PYTHON").map { unsafe String(cString: $0) } ?? "python3"
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, pipe[1], 1)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    let script = prologue + code
    var words: [UnsafeMutablePointer<CChar>?] = unsafe []
    for word in [interpreter, "-X", "utf8", "-c", script, url] { unsafe words.append(strdup(word)) }
    unsafe words.append(nil)
    defer { for index in unsafe words.indices { unsafe free(words[index]) } }
    var child = pid_t()
    let status = unsafe posix_spawnp(&child, interpreter, &actions, nil, &words, environ)
    close(pipe[1])
    guard status == 0 else { throw RawConnection.Failure(description: "cannot start \(interpreter)") }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = unsafe read(pipe[0], &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    var ending: Int32 = 0
    unsafe waitpid(child, &ending, 0)
    guard ending == 0 else { throw RawConnection.Failure(description: "\(interpreter) ended with \(ending)") }
    return String(decoding: bytes, as: UTF8.self)
  }
}
