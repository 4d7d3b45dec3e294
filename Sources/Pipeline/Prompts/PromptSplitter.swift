package import SourceControl

/// Parts what a prompt shows at once from what the model has to fetch itself, the least needed first.
package struct PromptSplitter {
  package private(set) var sections: [PromptSection]
  /// The files that are no longer shown.
  package private(set) var leftOut: Set<ProjectPath> = []

  /// What is kept of an important text at least; what stands in it cannot be had by a tool.
  private static let leastKept = 2000

  package init(_ sections: [PromptSection]) {
    self.sections = sections
  }

  /// Frees so many bytes, or as many as can be freed without touching what is essential.
  package mutating func free(_ bytes: Int) {
    var rest = bytes
    for priority in [PromptPriority.background, .helpful, .important] {
      let places = sections.indices.filter { sections[$0].priority == priority }.reversed()
      // Files can be read by tool, so they go before what only stands here.
      for place in places where rest > 0 { rest -= leaveOutFiles(at: place, upTo: rest) }
      for place in places where rest > 0 {
        rest -= cutText(at: place, by: rest, least: priority == .important ? Self.leastKept : 0)
      }
    }
  }

  /// Names the largest files instead of showing them; returns the bytes that were freed.
  private mutating func leaveOutFiles(at place: Int, upTo bytes: Int) -> Int {
    guard case .files(var files) = sections[place].content else { return 0 }
    var freed = 0
    let largest = files.indices.filter { files[$0].standing == .shown }.sorted { files[$0].size > files[$1].size }
    for index in largest where freed < bytes {
      let named = PromptFile.named(files[index].path, size: files[index].size)
      let gain = files[index].text.utf8.count - named.text.utf8.count
      guard gain > 0 else { continue }
      leftOut.insert(named.path)
      files[index] = named
      freed += gain
    }
    sections[place].content = .files(files)
    return freed
  }

  private mutating func cutText(at place: Int, by bytes: Int, least: Int) -> Int {
    guard case .text(let text) = sections[place].content else { return 0 }
    let size = text.utf8.count
    let cut = Self.cut(text, to: max(least, size - bytes))
    guard cut.utf8.count < size else { return 0 }
    sections[place].content = .text(cut)
    return size - cut.utf8.count
  }

  /// Keeps the beginning and, twice as much, the end of a text, in whole lines, with a note between them.
  ///
  /// Reports begin with what failed and end with why.
  static func cut(_ text: String, to limit: Int) -> String {
    let bytes = Array(text.utf8)
    guard limit < bytes.count else { return text }
    let room = limit - note(bytes.count).utf8.count
    guard room > 0 else { return note(bytes.count) }
    let newline = UInt8(ascii: "\n")
    let head = bytes[..<(room / 3)].lastIndex(of: newline).map { $0 + 1 } ?? 0
    let start = bytes.count - (room - room / 3)
    let tail = bytes[start...].firstIndex(of: newline).map { $0 + 1 } ?? bytes.count
    return String(decoding: bytes[..<head], as: UTF8.self) + note(tail - head)
      + String(decoding: bytes[tail...], as: UTF8.self)
  }

  private static func note(_ bytes: Int) -> String { "[\(bytes) bytes were left out here.]\n" }
}
