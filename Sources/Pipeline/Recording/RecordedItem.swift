package import JSON
package import SourceControl

/// One thing that came into a run from outside, so that the run can be had again without it.
package enum RecordedItem: Hashable, Sendable {
  /// The program was started on the run: what it found.
  case start(RecordedStart)
  /// A model was asked.
  case request(RequestRecord)
  /// It answered.
  case reply(ModelReply)
  /// So many parts of an answer had arrived when it failed.
  case written(Int)
  /// It did not.
  case failure(ModelError)
  /// The checks that applied, where they are others than before.
  case checks([CheckDefinition])
  /// The checks that applied to a copy of the project.
  case copyChecks([CheckDefinition])
  /// A check ran.
  case check(RecordedCheck)
  /// A search for lines ended.
  case search(RecordedSearch)
  /// How the servers stood when a model was chosen.
  case standing(ServerStanding)
  /// Files as somebody else left them, in one place of the run; earlier versions recorded so what a run found changed.
  case files([RecordedFile])
  /// Files of the project as they were found, where that is otherwise than the run had left them.
  case found([RecordedFile])
  /// Files of the project as a checkpoint holds them, where no look before it had found them so.
  case captured([RecordedFile])
  /// What the project held when the run ended.
  case end(ObjectID?)
  /// What follows is of that step, which others were under way beside; 0 is the loop.
  case turn(Int)
  /// Something was stored, where several steps were under way.
  case commit
  /// A step looked at what all share, where several were under way: the project with the state, or the budget.
  case look
  /// The budget was spent before a step could begin or ask beside others, as only a clock can tell.
  case exhausted(BudgetExhausted)
  /// The loop took in that the work of that step had ended.
  case landed(Int)

  /// The names of the items, as they reach disk.
  package enum Kind: String, CaseIterable, Sendable {
    case start, request, reply, written, failure, checks
    case copyChecks = "copy_checks"
    case check, search, standing, files, found, captured, end, turn, commit, look, exhausted, landed
  }

  package var kind: Kind {
    switch self {
    case .start: .start
    case .request: .request
    case .reply: .reply
    case .written: .written
    case .failure: .failure
    case .checks: .checks
    case .copyChecks: .copyChecks
    case .check: .check
    case .search: .search
    case .standing: .standing
    case .files: .files
    case .found: .found
    case .captured: .captured
    case .end: .end
    case .turn: .turn
    case .commit: .commit
    case .look: .look
    case .exhausted: .exhausted
    case .landed: .landed
    }
  }

  /// The files of the project that somebody else had changed, if this is about them.
  package var foundFiles: [RecordedFile]? {
    switch self {
    case .found(let files), .captured(let files): files
    default: nil
    }
  }
}

extension RecordedItem {
  /// Reads an item that `json` wrote.
  package init(_ kind: Kind, json: JSONValue) throws {
    self =
      switch kind {
      case .start: .start(try json.decoded())
      case .request: .request(try RequestRecord(json: json))
      case .reply: .reply(try ModelReply(json: json))
      case .written: .written(try json.decoded())
      case .failure: .failure(try json.decoded())
      case .checks: .checks(try json.decoded())
      case .copyChecks: .copyChecks(try json.decoded())
      case .check: .check(try json.decoded())
      case .search: .search(try json.decoded())
      case .standing: .standing(try json.decoded())
      case .files: .files(try json.decoded())
      case .found: .found(try json.decoded())
      case .captured: .captured(try json.decoded())
      case .end: .end(json.string.flatMap { ObjectID($0) })
      case .turn: .turn(try json.decoded())
      case .commit: .commit
      case .look: .look
      case .exhausted: .exhausted(try json.decoded())
      case .landed: .landed(try json.decoded())
      }
  }

  package func json() throws -> JSONValue {
    switch self {
    case .start(let start): try JSONValue(encoding: start)
    case .request(let request): request.json
    case .reply(let reply): reply.json
    case .failure(let error): try JSONValue(encoding: error)
    case .checks(let checks), .copyChecks(let checks): try JSONValue(encoding: checks)
    case .check(let check): try JSONValue(encoding: check)
    case .search(let search): try JSONValue(encoding: search)
    case .standing(let standing): try JSONValue(encoding: standing)
    case .files(let files), .found(let files), .captured(let files): try JSONValue(encoding: files)
    case .end(let tree): tree.map { .string($0.description) } ?? .null
    case .written(let number), .turn(let number), .landed(let number): .integer(number)
    case .commit, .look: .null
    case .exhausted(let exhausted): try JSONValue(encoding: exhausted)
    }
  }
}

/// A content that items refer to by its id, so that it is stored once.
package struct RecordedContent: Hashable, Sendable {
  package let id: ObjectID
  package let bytes: [UInt8]

  package init(id: ObjectID, bytes: [UInt8]) {
    self.id = id
    self.bytes = bytes
  }
}
