/// The entries of a tree object, in Git's order.
struct TreeEntries {
  /// A name in a tree.
  struct Entry: Hashable {
    let name: [UInt8]
    let kind: Kind
    let id: ObjectID
  }

  /// What a name in a tree stands for.
  enum Kind: Hashable {
    case folder
    case file(FileEntry.Kind)
  }

  let entries: [Entry]

  /// The object of a tree of our own, whose folders have names that sort like files'.
  static func object(_ entries: [Entry]) -> [UInt8] {
    var object: [UInt8] = []
    for entry in entries.sorted(by: { $0.name.lexicographicallyPrecedes($1.name) }) {
      object += entry.kind.mode.utf8
      object.append(0x20)
      object += entry.name
      object.append(0)
      entry.id.append(to: &object)
    }
    return object
  }

  static let empty = TreeEntries(entries: [])

  private init(entries: [Entry]) {
    self.entries = entries
  }

  /// Reads a tree, or nothing if it is damaged or holds what no tree of ours does.
  init?(_ bytes: [UInt8]) {
    var entries: [Entry] = []
    var position = 0
    while position < bytes.count {
      guard let space = bytes[position...].firstIndex(of: 0x20), let end = bytes[space...].firstIndex(of: 0),
        end + ObjectID.byteCount < bytes.count, let kind = Kind(mode: bytes[position..<space])
      else { return nil }
      entries.append(Entry(name: Array(bytes[(space + 1)..<end]), kind: kind, id: ObjectID(bytes.span, at: end + 1)))
      position = end + 1 + ObjectID.byteCount
    }
    self.entries = entries
  }
}

extension TreeEntries.Entry {
  init(name: [UInt8], blob id: ObjectID) {
    self.init(name: name, kind: .file(.file), id: id)
  }
}

extension TreeEntries.Kind {
  fileprivate var mode: String {
    switch self {
    case .folder: "40000"
    case .file(let kind): kind.mode
    }
  }

  fileprivate init?(mode: ArraySlice<UInt8>) {
    switch String(decoding: mode, as: UTF8.self) {
    case "40000": self = .folder
    case "100644": self = .file(.file)
    case "100755": self = .file(.executable)
    case "120000": self = .file(.link)
    default: return nil
    }
  }
}
