import JSON

/// Finds calls in text that may still be growing, in one pass.
///
/// Of a candidate that is not complete yet nothing is kept but where it began, and what a long string in it lacks.
struct CallScanner {
  /// Where in an answer something stands.
  enum Place {
    case open
    /// Between marks of thinking: it counts only if nothing outside does.
    case thinking
    /// In a block of code that opens the answer: it counts only if the answer has nothing that speaks against it.
    case code
  }

  struct Finding {
    let range: Range<Int>
    let place: Place
    let result: Result<FoundCall, CallMistake>
    /// Where the text stopped to be readable, which a mistake quotes when all of it is there.
    var failure: Int?
  }

  /// Contents of a file between marks; a mark that closes behind them casts doubt on their end.
  struct OpenContents {
    let marks: ContentMarks
    let tool: ToolSchema
    /// The place of the call among the findings.
    let finding: Int
    let start: Int
    /// Where in the answer it stands.
    let place: Place
  }

  let coercion: ArgumentCoercion
  let shape: CallShape
  var bytes: [UInt8] = []
  var isFinal = false
  /// Up to where everything has been decided.
  var position = 0
  var place = Place.open
  /// The block of code that is open.
  var fence: Fence?
  var findings: [Finding] = []
  /// The end of the last thing that was read as a call.
  var lastEnd = 0
  /// Whether a call broke behind which nothing can be told.
  private var isStopped = false
  /// Where the answer begins, behind what was thought.
  var textStart = 0
  /// Where the first block of code ends that holds only calls.
  var codeEnd: Int?
  /// Whether that block opens the answer, so that no call behind it counts.
  var codeLeads = false
  /// Where the run of calls begins that no text separates.
  var groupStart = 0
  /// Where those begin that the open block of code holds.
  var codeStart = 0
  /// The calls before that run.
  private var repeatable: [Place: Set<FoundCall>] = [:]
  /// What a long string lacks, if it is one that keeps the rest from being decided.
  var awaited: Awaited?
  /// The first call that changes files and whose contents may not have ended where they seem to.
  private(set) var openContents: OpenContents?
  /// From where on nothing was looked at.
  private var stoppedAt: Int?
  /// How much was read in vain; beyond a bound the text is not looked at twice.
  private var wasted = 0

  init(_ index: ToolIndex) {
    coercion = ArgumentCoercion(index: index)
    shape = CallShape(index: index)
  }

  var index: ToolIndex { coercion.index }

  /// Reads on as far as can be decided.
  mutating func run() {
    scan()
    if isFinal, let contents = openContents, let stoppedAt,
      let mark = contents.marks.firstClosing(in: bytes[stoppedAt...])
    {
      doubt(contents, at: mark)
    }
  }

  private mutating func scan() {
    awaited = nil
    if isStopped { position = bytes.count }
    do throws(ReadFailure) {
      while position < bytes.count {
        if let fence, !fence.isRead {
          try skipFence()
          continue
        }
        position = nextMark(from: position)
        guard position < bytes.count else { return }
        switch bytes[position] {
        case UInt8(ascii: "{"): try brace()
        case UInt8(ascii: "("): try parenthesis()
        case UInt8(ascii: "<"): try angle()
        default: try backtick()
        }
      }
    } catch {
      // The rest waits for more text.
      if error == .malformed { position = bytes.count }
    }
  }

  /// Reads to the end, with nothing more to come.
  mutating func finish() {
    isFinal = true
    run()
    if place == .code { closeFence(at: bytes.count) }
  }

  /// The next byte that can begin or mark anything.
  private func nextMark(from start: Int) -> Int {
    let span = bytes.span
    var next = start
    while next < span.count {
      let byte = span[next]
      if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "(") || byte == UInt8(ascii: "<")
        || byte == UInt8(ascii: "`")
      {
        break
      }
      next += 1
    }
    return next
  }

  func reader(at start: Int) -> LenientReader { LenientReader(bytes, at: start, isFinal: isFinal) }

  /// Notes what was found, and goes on behind it; `marks` are those around contents without an escape.
  mutating func note(_ candidate: Candidate, _ range: Range<Int>, marks: ContentMarks? = nil) {
    // What is no call leaves the text before it to be looked at with the next call, once.
    if case .other = candidate {
      position = range.upperBound
      return
    }
    if lastEnd > 0, lastEnd < range.lowerBound, hasTurn(lastEnd..<range.lowerBound) {
      // What follows a turn of somebody else is made up, with all its calls.
      isStopped = true
      position = bytes.count
      stoppedAt = range.lowerBound
      return
    }
    switch candidate {
    case .calls(let calls):
      if let marks, openContents == nil, let tool = calls.first(where: { $0.tool.changesFiles })?.tool {
        let finding = findings.count
        let start = range.lowerBound
        openContents = OpenContents(marks: marks, tool: tool, finding: finding, start: start, place: place)
      }
      if lastEnd < range.lowerBound, hasText(lastEnd..<range.lowerBound) { beginGroup() }
      for call in calls {
        do throws(CallMistake) {
          if place == .code, call.tool.changesFiles { throw .insideCode(call.tool) }
          append(.success(try coercion.call(call)), range)
        } catch {
          append(.failure(error), range)
        }
      }
      lastEnd = range.upperBound
    case .mistake(let mistake):
      append(.failure(mistake), range)
      lastEnd = range.upperBound
    case .other:
      break
    }
    position = range.upperBound
  }

  private mutating func append(_ result: Result<FoundCall, CallMistake>, _ range: Range<Int>) {
    // A call that is shown once more behind some text is the same call.
    if case .success(let call) = result {
      guard !repeatable[place, default: []].contains(call) else { return }
    }
    findings.append(Finding(range: range, place: place, result: result))
  }

  private static let turns = [
    "User:", "Human:", "Observation:", "### Instruction", "### User", "### Human", "<|im_start|>", "<|user|>",
    "<|start_header_id|>", "<start_of_turn>", "<tool_response>", "<function_results>", "[TOOL_RESULTS]", "[INST]",
  ]

  /// Whether a line begins as the turn of a user, or as the result of a tool.
  private func hasTurn(_ range: Range<Int>) -> Bool {
    var start = range.lowerBound
    while start < range.upperBound {
      while start < range.upperBound, Bytes.isSpace(bytes[start]) { start += 1 }
      let line = bytes[start..<range.upperBound]
      if let first = line.first, "UHO#<[".utf8.contains(first),
        Self.turns.contains(where: { line.starts(with: $0.utf8) })
      {
        return true
      }
      start = (line.firstIndex(of: 0x0A) ?? range.upperBound - 1) + 1
    }
    return false
  }

  /// Begins a run of calls that text separates from those before.
  mutating func beginGroup() {
    for finding in findings[groupStart...] {
      if case .success(let call) = finding.result { repeatable[finding.place, default: []].insert(call) }
    }
    groupStart = findings.count
  }

  /// Whether there are words in a part of the text, marks aside.
  private func hasText(_ range: Range<Int>) -> Bool {
    var isMark = false
    for byte in bytes[range] {
      if byte == UInt8(ascii: "<") { isMark = true }
      if !isMark, Bytes.isLetter(byte) || byte >= 0x80 { return true }
      if byte == UInt8(ascii: ">") { isMark = false }
    }
    return false
  }

  /// Takes back a call whose contents have gone on up to a mark, and all behind it, which may have been part of them.
  mutating func doubt(_ contents: OpenContents, at mark: Int) {
    takeBack(from: contents.finding)
    if place != contents.place {
      // The block of code or the thinking that has begun since may be part of the contents as well.
      place = contents.place
      fence = nil
    }
    let mistake = CallMistake.unreadable(contents.tool, "they hold the mark that ends them; write the call as JSON")
    append(.failure(mistake), contents.start..<mark)
    isStopped = true
    lastEnd = mark
    position = bytes.count
  }

  /// Takes back what was found from a place among the findings on.
  mutating func takeBack(from finding: Int) {
    findings.removeSubrange(finding...)
    groupStart = min(groupStart, finding)
    if let contents = openContents, contents.finding >= finding { openContents = nil }
  }

  /// Goes on after something that could not be read.
  ///
  /// What stands in the arguments of a broken call may be anything, also the text of other calls, so where a tool
  /// changes files nothing behind its beginning is looked at.
  mutating func fail(_ tool: ToolSchema?, isCall: Bool, from start: Int, at failure: Int) {
    if isCall {
      let end = max(failure, start + 1)
      let mistake = CallMistake.unreadable(tool, "")
      findings.append(Finding(range: start..<end, place: place, result: .failure(mistake), failure: failure))
      isStopped = tool?.changesFiles ?? index.changeFiles
      if isStopped { stoppedAt = start }
      lastEnd = end
      position = isStopped ? bytes.count : end
      return
    }
    wasted += failure - start
    position = wasted > 8 * start + 65_536 ? max(failure, start + 1) : start + 1
  }

  func reason(at failure: Int) -> String {
    guard failure < bytes.count else { return "the text ends before they do" }
    let rest = bytes[failure...].prefix(24).prefix { $0 >= 0x20 }
    guard let first = rest.first, first < 0x80 else { return "there is an unexpected byte in them" }
    return "nothing like '\(String(decoding: rest, as: UTF8.self))' is expected where it stands"
  }
}
