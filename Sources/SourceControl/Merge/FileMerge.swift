import CLibGit2

/// A three-way merge of one file: what it was, what one side made of it, and what the other did.
package struct FileMerge: Hashable, Sendable {
  /// What came of it.
  package enum Outcome: Hashable, Sendable {
    /// The content with the changes of both sides; nil where the file goes.
    case clean([UInt8]?)
    /// Both sides changed the same lines: both are in the content, between marks.
    case marked([UInt8])
    /// Both sides changed what cannot be merged: no text, or one of them removed it.
    case irreconcilable
  }

  /// Nil where there was no file.
  package let base: [UInt8]?
  package let mine: [UInt8]?
  package let theirs: [UInt8]?

  package init(base: [UInt8]?, mine: [UInt8]?, theirs: [UInt8]?) {
    (self.base, self.mine, self.theirs) = (base, mine, theirs)
  }

  /// Merges; the labels name the sides in the marks.
  package func outcome(_ myLabel: StaticString, _ theirLabel: StaticString) throws -> Outcome {
    if mine == theirs || theirs == base { return .clean(mine) }
    if mine == base { return .clean(theirs) }
    guard let mine, let theirs else { return .irreconcilable }
    _ = try LibGit2.loaded()
    guard let (text, isClean) = try LibGit2.merge(base: base, mine, myLabel, theirs, theirLabel) else {
      return .irreconcilable
    }
    return isClean ? .clean(text) : .marked(text)
  }

  /// Whether a content still has marks of such a merge at the beginning of lines.
  package static func hasMarks(_ content: [UInt8], _ myLabel: StaticString, _ theirLabel: StaticString) -> Bool {
    let marks = [Array("<<<<<<< \(myLabel)".utf8), Array(">>>>>>> \(theirLabel)".utf8)]
    return content.split(separator: 0x0A).contains { line in marks.contains { line.starts(with: $0) } }
  }
}

extension LibGit2 {
  /// The merged text, and whether no marks are in it; nil where a content is no text.
  fileprivate static func merge(
    base: [UInt8]?,
    _ mine: [UInt8],
    _ myLabel: StaticString,
    _ theirs: [UInt8],
    _ theirLabel: StaticString
  ) throws -> ([UInt8], isClean: Bool)? {
    var text = unsafe libgit2_content()
    let status = unsafe lend(base) { base in
      unsafe lend(mine) { mine in
        unsafe lend(theirs) { theirs in
          unsafe label(myLabel) { myLabel in
            unsafe label(theirLabel) { theirLabel in
              unsafe libgit2_merge(
                &text,
                base.baseAddress,
                base.count,
                mine.baseAddress,
                mine.count,
                myLabel,
                theirs.baseAddress,
                theirs.count,
                theirLabel
              )
            }
          }
        }
      }
    }
    guard status == 0 else { throw failure() }
    defer { unsafe libgit2_merge_free(&text) }
    guard let bytes = unsafe text.bytes else { return nil }
    return unsafe (Array(UnsafeRawBufferPointer(start: bytes, count: text.size)), text.kind == 1)
  }

  private static func label<Value>(_ label: StaticString, _ body: (UnsafePointer<CChar>) -> Value) -> Value {
    unsafe "\(label)".withCString { unsafe body($0) }
  }
}
