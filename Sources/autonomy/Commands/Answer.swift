import ArgumentParsing
import JSON
import Pipeline

/// Answers a question that a model asked.
struct Answer: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answer a question that a model has asked.",
    discussion: "It may be answered while a run is at work, which then goes on with the task that waits."
  )

  @Argument(help: "The question's id, such as 'q1'; 'autonomy status' shows those that wait.") var id: String
  @Argument(help: "The answer, in your own words.") var text: [String]
  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func validate() throws {
    guard QuestionID(id) != nil else { throw ValidationError("'\(id)' is no id of a question, such as 'q1'.") }
    guard text.contains(where: { $0.contains { !$0.isWhitespace } }) else {
      throw ValidationError("The answer is empty.")
    }
  }

  func run(on console: Console) async throws {
    let folder = StateFolder(ofProject: try await project.folder(console))
    guard let id = QuestionID(id) else { throw ExitCode.usage }
    let mask = SecretMask(environment: console.environment)
    guard let box = try AnswerBox(folder, mask: mask), let reader = try JournalReader.open(folder) else {
      throw Refusal(.configuration, "There was no run in this project yet, so nothing was asked.")
    }
    switch try box.put(text.joined(separator: " "), for: id) {
    case .taken:
      let isAtWork = LockHolder.current(in: folder.path) != nil
      if wantsJSON { return console.emitResult(["question": .string("\(id)"), "at_work": .bool(isAtWork)]) }
      let next = isAtWork ? "The run that is at work takes it up." : "Continue with 'autonomy run'."
      console.print("\(console.style.good) Answered '\(id)'. \(next)")
    case .answered(let earlier):
      throw Refusal(.configuration, "The question '\(id)' was answered already: '\(earlier)'.")
    case .closed:
      throw Refusal(.configuration, "The question '\(id)' was given up with the plan it belonged to.")
    case .unknown:
      let open = Set(try reader.state().waitingQuestions.map { $0.id })
      let waiting = try reader.questions().filter { open.contains($0.id) && $0.answer == nil }.map { "'\($0.id)'" }
      let there = waiting.isEmpty ? "No question waits." : "These wait: \(waiting.joined(separator: ", "))."
      throw Refusal(.configuration, "There is no question '\(id)'. \(there)")
    }
  }
}
