/// The replacement of one passage of a text by another.
struct PassageEdit {
  let old: [UInt8]
  let new: [UInt8]

  /// Takes the passages as a model wrote them, with the line ends of the text.
  init(old: String, new: String, in lines: TextLines) {
    func fitted(_ text: String) -> [UInt8] {
      let bytes = Array(text.utf8)
      let needsReturns = lines.ends == .carriageReturn && !bytes.contains(UInt8(ascii: "\r"))
      return needsReturns ? TextLines.withCarriageReturns(bytes) : bytes
    }
    self.old = fitted(old)
    self.new = fitted(new)
  }

  /// Where the old passage begins; at most twenty places.
  func places(in bytes: [UInt8]) -> [Int] { ByteSearch.offsets(of: old, in: bytes, most: 20) }

  /// The text with the passage that begins at `place` replaced.
  func content(of bytes: [UInt8], at place: Int) -> [UInt8] {
    Array(bytes[..<place] + new + bytes[(place + old.count)...])
  }
}
