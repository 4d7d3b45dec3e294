import ArgumentParsing
import JSON
import Orchestration
import Pipeline

/// Makes a text shorter without losing what is in it, or parts it.
struct Optimize: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a text from standard input shorter for a model, and say what was left out.",
    discussion: """
      Code stays as it is: fenced and indented blocks, and texts that are source as a whole. The steps are taken one \
      after the other until the text has at most so many tokens: 'blanks' leaves out long runs of white space, \
      'repeats' whole lines that stand above already, 'sections' the middle of long passages, 'relevance' the passages \
      that have the least to do with the query, or with the first passage where there is none. A mark '[… …]' stands \
      for what was left out; with '--json' every removal is a line with the removed text, from which '--restore' makes \
      the text again.
      """
  )

  @Option(help: ArgumentHelp("How many tokens the text may have.", valueName: "n")) var targetTokens: Int?
  @Option(help: ArgumentHelp("What the text is needed for.", valueName: "text")) var query = ""
  @Option(help: ArgumentHelp("The steps that may be taken, with commas between them.", valueName: "steps"))
  var steps = ContextStep.allCases.map(\.rawValue).joined(separator: ",")
  @Option(help: ArgumentHelp("How many bytes make a token.", valueName: "n")) var bytesPerToken = 4
  @Flag(help: "Leave nothing out; part the text into pieces of at most so many tokens, a line of JSON for each.")
  var split = false
  @Flag(help: "Read what '--json' wrote, and write the text as it was.") var restore = false
  @OptionGroup var format: OutputOptions

  /// Parts are lines of JSON in any case.
  var wantsJSON: Bool { format.json || split }

  func validate() throws {
    guard restore == (targetTokens == nil) else {
      throw ValidationError("Give either '--target-tokens <n>' or '--restore'.")
    }
    if let targetTokens, targetTokens < 1 {
      throw ValidationError("The value of '--target-tokens' must be at least 1, not \(targetTokens).")
    }
    guard bytesPerToken >= 1 else {
      throw ValidationError("The value of '--bytes-per-token' must be at least 1, not \(bytesPerToken).")
    }
    guard !restore || !format.json else { throw ValidationError("'--restore' writes a text, without '--json'.") }
    guard !restore || !split else { throw ValidationError("'--restore' puts nothing together that '--split' parted.") }
    _ = try chosenSteps()
  }

  func run(on console: Console) async throws {
    let input = try await console.input.all()
    guard let targetTokens else {
      return console.output.write(console.masked(try OptimizationLines.original(of: input)))
    }
    guard String(validating: input, as: UTF8.self) != nil else {
      throw Refusal(.configuration, "The input is no UTF-8 text. Convert it first, such as with 'iconv -t utf-8'.")
    }
    let (target, isTooLarge) = targetTokens.multipliedReportingOverflow(by: bytesPerToken)
    let lines = OptimizationLines(bytesPerToken: bytesPerToken)
    guard !split else {
      // Less than a character is no part.
      let parts = ContextSplitter(limit: max(4, isTooLarge ? .max : target)).parts(of: input)
      return lines.write(parts, of: input, to: console)
    }
    let optimizer = ContextOptimizer(steps: try chosenSteps())
    let optimized = optimizer.optimize(input, to: isTooLarge ? .max : target, query: query)
    if wantsJSON {
      lines.write(optimized, of: input, target: targetTokens, to: console)
    } else {
      console.output.write(console.masked(optimized.text))
      console.note(lines.summary(optimized, of: input, target: targetTokens))
    }
  }

  private func chosenSteps() throws -> [ContextStep] {
    try steps.split(separator: ",").map { name in
      guard let step = ContextStep(rawValue: String(name)) else {
        let all = ContextStep.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        throw ValidationError("'\(name)' is no step. Choose from \(all).")
      }
      return step
    }
  }
}
