@unsafe @preconcurrency import Glibc
import JSON

/// The user's capability cards, one for each model of a server, in a file of the user's data folder.
package struct CardFile: Hashable, Sendable {
  package let path: String

  /// The file at `path`, whether it is there or not.
  package init(path: String) {
    self.path = path
  }

  /// The file in `$XDG_DATA_HOME/autonomy`, or in `~/.local/share/autonomy`; nil if the environment tells neither.
  package init?(environment: [String: String]) {
    if let folder = environment["XDG_DATA_HOME"], folder.hasPrefix("/") {
      path = "\(folder)/autonomy/models.json"
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      path = "\(home)/.local/share/autonomy/models.json"
    } else {
      return nil
    }
  }

  /// Reads the cards; none where there is no file.
  ///
  /// Throws `CardFileError` for a file that is damaged, or newer than this program.
  package func cards() throws(CardFileError) -> [CapabilityCard] {
    guard unsafe access(path, F_OK) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return [] }
      throw failure("cannot be read")
    }
    guard let bytes = FileBytes.read(path, limit: Self.largest) else { throw failure("cannot be read") }
    do {
      let value = try JSONValue(parsing: bytes)
      if let version = value["version"]?.integer, version > Contents.version {
        throw CardFileError("'\(path)' was written by a newer version of autonomy. Use that, or move the file away.")
      }
      return try value.decoded(as: Contents.self).cards
    } catch let error as CardFileError {
      throw error
    } catch {
      throw CardFileError("'\(path)' is damaged (\(error)). Move it away, then 'autonomy probe' makes a new one.")
    }
  }

  /// Puts a card in the place of an older one of the same model and server; all or nothing.
  ///
  /// Throws `CardFileError` where the file cannot be written, or holds what would be lost.
  package func store(_ card: CapabilityCard) throws(CardFileError) {
    let end = path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex
    try makeFolder(String(path[..<end]))
    let folder = SharedDescriptor(unsafe open(String(path[..<end]), O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    guard folder.number >= 0 else { throw failure("cannot be written") }
    // Two probes that end at once must not lose each other's cards; closing the folder lets go of the lock.
    guard flock(folder.number, LOCK_EX) == 0 else { throw failure("cannot be locked") }
    var cards = try cards().filter { $0.model != card.model || $0.server != card.server }
    cards.append(card)
    do {
      let contents = try JSONValue(encoding: Contents(cards: cards))
      let file = try UnfinishedFile(in: folder, mode: 0o600, named: path)
      try file.write(contents.utf8() + [0x0A])
      try file.synchronize()
      try file.rename(to: String(path[path.utf8.index(after: end)...]), replacing: true)
    } catch {
      throw CardFileError("'\(path)' cannot be written: \(error)")
    }
  }

  private static let largest = 16 << 20

  private struct Contents: Codable {
    static let version = 1

    var version = Self.version
    var cards: [CapabilityCard]
  }

  /// Makes a folder that only the user can open, and those above it.
  private func makeFolder(_ folder: String) throws(CardFileError) {
    guard unsafe mkdir(folder, 0o700) != 0, errno != EEXIST else { return }
    guard errno == ENOENT, let slash = folder.lastIndex(of: "/"), slash > folder.startIndex else {
      throw failure("cannot be written")
    }
    try makeFolder(String(folder[..<slash]))
    guard unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw failure("cannot be written") }
  }

  private func failure(_ what: String) -> CardFileError {
    CardFileError("'\(path)' \(what): \(unsafe String(cString: strerror(errno))).")
  }
}

extension [CapabilityCard] {
  /// The card of a model on the server at this address.
  package func card(of model: ModelName, at url: String) -> CapabilityCard? {
    first { $0.model == model.description && $0.server == url }
  }
}

/// The file of the capability cards cannot be used; it stays as it is.
package struct CardFileError: Error, Hashable, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
