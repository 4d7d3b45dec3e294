import JSON
package import SourceControl
import Synchronization

/// Collects what comes into a run from outside until the next commit stores it.
package final class RunRecorder: Sendable {
  fileprivate struct State {
    var items: [RecordedItem] = []
    var contents: [RecordedContent] = []
    /// The contents that are stored, or will be with the next commit.
    var known: Set<ObjectID> = []
    var messages: [Message: ObjectID] = [:]
    var tools: [(tools: [ToolDefinition], id: ObjectID)] = []
    /// What was noted last, by the step that goes on.
    var checks: [Int: [CheckDefinition]] = [:]
    /// Whether several things may be done at a time.
    var keepsOrder = false
    /// The step that the last item is of; nil where the next says of which it is.
    var turn: Int?
    /// Whether it is on record what a start found.
    var hasStarted = false
  }

  private let state = Mutex(State())
  let mask: SecretMask

  /// More messages are forgotten together: what is stored already costs a look into the database then.
  private static let mostMessages = 1024

  /// The bytes that are kept of what one check leaves in the project.
  package static let mostLeft = 1 << 20
  /// The bytes that are kept of what the user changes at a time.
  package static let mostChanged = 64 << 20

  /// Hides secrets by `mask` before anything is named by its content; a file with one in it is not kept.
  package init(mask: SecretMask = SecretMask()) {
    self.mask = mask
  }

  package func note(_ item: RecordedItem) {
    state.withLock { state in
      if item.kind == .start { state.hasStarted = true }
      state.append(item)
    }
  }

  /// Whether it is on record what the project held, so that only what changes is to be noted.
  var hasStarted: Bool { state.withLock { $0.hasStarted } }

  /// Notes from now on, or no longer, in which order steps go on that are under way at once.
  package func keepOrder(_ isKept: Bool) {
    state.withLock { state in
      if !isKept { state.items.append(.turn(0)) }
      state.keepsOrder = isKept
      state.turn = nil
    }
  }

  /// Notes that a step looks at what all share.
  func noteLook() {
    state.withLock { if $0.keepsOrder { $0.append(.look) } }
  }

  /// Notes that no step can begin, or ask, any more.
  func noteExhausted(_ exhausted: BudgetExhausted) {
    state.withLock { if $0.keepsOrder { $0.append(.exhausted(exhausted)) } }
  }

  /// Notes that the loop takes in that a step's work has ended.
  package func noteLanding(of step: Int) {
    state.withLock { state in
      state.append(.landed(step))
      state.checks[step] = nil
    }
  }

  /// Notes a request; its messages, tools and format are stored once each.
  package func note(_ request: ModelRequest) {
    state.withLock { state in
      if state.messages.count > Self.mostMessages { state.messages = [:] }
      let messages = request.messages.dropFirst(request.note.transcript).compactMap { state.keep($0, mask) }
      let recorded = RequestRecord(
        request,
        messages: messages,
        tools: request.tools.isEmpty ? nil : state.keep(request.tools, mask),
        format: request.format.flatMap { state.keep($0, mask) }
      )
      state.append(.request(recorded))
    }
  }

  /// Notes the checks that apply, unless they are those that were noted last.
  package func note(_ checks: [CheckDefinition]) {
    state.withLock { state in
      guard state.checks[UnderwayStep.number] != checks else { return }
      state.checks[UnderwayStep.number] = checks
      state.append(.checks(checks))
    }
  }

  /// Keeps what files of a project hold, as far as that is not larger than `limit` bytes in all.
  package func keep(
    _ paths: [ProjectPath],
    of listing: ProjectListing,
    in project: any ProjectScanning,
    limit: Int
  ) async -> [RecordedFile] {
    var left = limit
    var recorded: [RecordedFile] = []
    for path in paths {
      let id = listing.files[path]
      let bytes = id != nil && left > 0 ? try? await project.storedContents(of: path) : nil
      recorded.append(keep(path, id, listing.kind(of: path), left: &left) { bytes })
    }
    return recorded
  }

  /// Keeps what a file holds, as far as that is not larger than what is `left`.
  func keep(
    _ path: ProjectPath,
    _ id: ObjectID?,
    _ kind: FileEntry.Kind? = nil,
    left: inout Int,
    contents: () -> [UInt8]?
  ) -> RecordedFile {
    var file = RecordedFile(path: path, id: id, kind: kind, isKept: false)
    guard let id, left > 0, let bytes = contents(), bytes.count <= left, mask.mask(bytes) == nil,
      (try? ObjectID(blob: bytes)) == id
    else { return file }
    left -= bytes.count
    state.withLock { state in state.keep(bytes, as: id) }
    file.isKept = true
    return file
  }

  /// Whether a replay stores the same: what only tells of something outside it does not.
  package static func isOrdered(_ changes: [StateChange], _ events: [Event]) -> Bool {
    !changes.isEmpty || events.contains { !$0.isOutside }
  }

  /// Hands over what is to be stored now, if there is anything, with these changes and events.
  package func drain(
    with changes: [StateChange] = [],
    _ events: [Event] = []
  ) -> (items: [RecordedItem], contents: [RecordedContent])? {
    state.withLock { state in
      if state.keepsOrder, Self.isOrdered(changes, events) { state.append(.commit) }
      guard !state.items.isEmpty else { return nil }
      // If this cannot be stored, the next says by itself of which step it is.
      defer { (state.items, state.contents, state.turn) = ([], [], nil) }
      return (state.items, state.contents)
    }
  }
}

extension RunRecorder.State {
  fileprivate mutating func append(_ item: RecordedItem) {
    let step = UnderwayStep.number
    if keepsOrder, turn != step {
      items.append(.turn(step))
      turn = step
    }
    items.append(item)
  }

  fileprivate mutating func keep(_ message: Message, _ mask: SecretMask) -> ObjectID? {
    if let id = messages[message] { return id }
    let id = keep(message.json, mask)
    messages[message] = id
    return id
  }

  fileprivate mutating func keep(_ tools: [ToolDefinition], _ mask: SecretMask) -> ObjectID? {
    if let entry = self.tools.first(where: { $0.tools == tools }) { return entry.id }
    guard let id = keep(.array(tools.map { $0.json }), mask) else { return nil }
    self.tools.append((tools, id))
    return id
  }

  fileprivate mutating func keep(_ value: JSONValue, _ mask: SecretMask) -> ObjectID? {
    let bytes = mask.mask(value).utf8()
    guard let id = try? ObjectID(blob: bytes) else { return nil }
    keep(bytes, as: id)
    return id
  }

  fileprivate mutating func keep(_ bytes: [UInt8], as id: ObjectID) {
    if known.insert(id).inserted { contents.append(RecordedContent(id: id, bytes: bytes)) }
  }
}
