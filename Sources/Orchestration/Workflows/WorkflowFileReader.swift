import JSON
import Pipeline
import Wording

/// Takes the parts of a workflow file, and collects what is wrong with them.
struct WorkflowFileReader {
  private let file: String
  private let lines: JSONLines
  private(set) var problems: [String] = []

  init(file: String, lines: JSONLines) {
    self.file = file
    self.lines = lines
  }

  /// Notes what is wrong with the value at a place, as the end of a sentence.
  mutating func report(_ message: String, at path: [String]) {
    // What stands in no line of its own is placed by what it is in.
    let line = (0...path.count).reversed().lazy.compactMap { [lines] in lines[Array(path.prefix($0))] }.first ?? 1
    let name = path.reduce(into: "") { name, part in
      name += Int(part) != nil ? "[\(part)]" : name.isEmpty ? part : ".\(part)"
    }
    let end = message.hasSuffix("?") ? "" : "."
    problems.append("\(file):\(line): \(name.isEmpty ? "The workflow" : "'\(name)'") \(message)\(end)")
  }

  /// The members of an object that has no others than `keys`.
  mutating func object(_ value: JSONValue, at path: [String], keys: [String]) -> JSONObject? {
    guard let object = value.object else {
      report("must be an object, not \(value.typeName)", at: path)
      return nil
    }
    for key in object.keys where !keys.contains(key) {
      let advice = closest(to: key, in: keys).map { "Did you mean '\($0)'?" } ?? "The keys are \(Self.list(keys))"
      report("is no key here. \(advice)", at: path + [key])
    }
    return object
  }

  mutating func list(_ value: JSONValue?, at path: [String]) -> [JSONValue] {
    guard let value else { return [] }
    if let list = value.array { return list }
    report("must be a list, not \(value.typeName)", at: path)
    return []
  }

  mutating func number(_ value: JSONValue?, at path: [String], in range: ClosedRange<Int>) -> Int? {
    guard let value else { return nil }
    if let number = value.integer, range.contains(number) { return number }
    let most =
      range.upperBound == .max ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    report("must be a whole number \(most), not \(value.text())", at: path)
    return nil
  }

  /// A text of more than white space.
  mutating func text(_ value: JSONValue?, at path: [String]) -> String? {
    guard let value else { return nil }
    if let text = value.string, text.utf8.contains(where: { $0 > 0x20 }) { return text }
    report(value.string == nil ? "must be a string, not \(value.typeName)" : "is empty", at: path)
    return nil
  }

  /// A name that can stand in a line of words.
  mutating func name(_ value: JSONValue?, at path: [String]) -> String? {
    guard let text = text(value, at: path) else { return nil }
    let marks = Set("-_.:/".utf8)
    let isName =
      text.utf8.count <= 100
      && text.utf8.allSatisfy { byte in
        byte >= 0x80 || marks.contains(byte) || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
          || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
      }
    if isName { return text }
    report("must be a name of letters, digits and '-_.:/', 100 bytes at the most", at: path)
    return nil
  }

  mutating func word<Word: CaseIterable & RawRepresentable>(
    _ value: JSONValue?,
    at path: [String],
    among words: [Word] = Array(Word.allCases)
  ) -> Word? where Word.RawValue == String {
    guard let text = text(value, at: path) else { return nil }
    if let word = words.first(where: { $0.rawValue == text }) { return word }
    let names = words.map { $0.rawValue }
    let advice = closest(to: text, in: names).map { "Did you mean '\($0)'?" } ?? "It can be \(Self.list(names))"
    report("is '\(text)'. \(advice)", at: path)
    return nil
  }

  /// One task; nil where something of it cannot be had.
  mutating func entry(_ value: JSONValue, at path: [String]) -> WorkflowFile.Entry? {
    guard let object = object(value, at: path, keys: Self.keys) else { return nil }
    let id = name(object["id"], at: path + ["id"])
    let prompt = text(object["prompt"], at: path + ["prompt"])
    for key in ["id", "prompt"] where object[key] == nil { report("needs '\(key)'", at: path) }
    let phase: WorkflowPhase = word(object["phase"], at: path + ["phase"]) ?? .build
    var task = WorkflowTask(id: id ?? "", phase: phase, prompt: prompt ?? "")
    task.dependsOn = list(object["depends_on"], at: path + ["depends_on"]).enumerated().compactMap { index, value in
      name(value, at: path + ["depends_on", "\(index)"])
    }
    task.priority = number(object["priority"], at: path + ["priority"], in: 1...100) ?? task.priority
    task.retries = number(object["retries"], at: path + ["retries"], in: 0...10) ?? 0
    task.timeLimit = duration(object["timeout"], at: path + ["timeout"])
    let agent = agent(object, phase, at: path)
    let inputTokens = number(object["input_tokens"], at: path + ["input_tokens"], in: 64...Int.max)
    guard id != nil, prompt != nil else { return nil }
    return WorkflowFile.Entry(task: task, agent: agent, inputTokens: inputTokens)
  }

  private static let keys = [
    "id", "phase", "prompt", "role", "model", "server", "depends_on", "priority", "timeout", "retries", "input_tokens",
  ]

  private mutating func agent(_ object: JSONObject, _ phase: WorkflowPhase, at path: [String]) -> WorkflowFile.Agent {
    let roles: [SpecialistRole] = [.coding, .reasoning, .analysis]
    let role: SpecialistRole? = word(object["role"], at: path + ["role"], among: roles)
    let model = text(object["model"], at: path + ["model"])
    let server = text(object["server"], at: path + ["server"])
    if role != nil, model != nil { report("has both 'role' and 'model'; one of them says who is asked", at: path) }
    guard let model else {
      if server != nil {
        report("goes with 'model' only; a role has its server in the configuration", at: path + ["server"])
      }
      return .role(role ?? phase.role)
    }
    guard let name = ModelName(model) else {
      report("is no name of a model", at: path + ["model"])
      return .role(phase.role)
    }
    return .model(name, server: server)
  }

  private mutating func duration(_ value: JSONValue?, at path: [String]) -> Duration? {
    guard let value else { return nil }
    if let duration = value.string.flatMap({ Duration(text: $0) }), duration > .zero { return duration }
    report("must be \(Duration.textExpectation), not \(value.text())", at: path)
    return nil
  }

  private static func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }
}

extension WorkflowPhase {
  /// Who is asked in this phase unless the task says otherwise.
  var role: SpecialistRole {
    switch self {
    case .scout: .analysis
    case .plan: .reasoning
    case .build: .coding
    }
  }
}
