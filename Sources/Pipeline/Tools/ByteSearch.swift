import CSystem

/// Finds bytes in bytes.
enum ByteSearch {
  /// Answers where `needle` begins, overlapping places included; at most `most`.
  static func offsets(of needle: [UInt8], in haystack: [UInt8], most: Int) -> [Int] {
    guard !needle.isEmpty else { return [] }
    var offsets: [Int] = []
    unsafe haystack.withUnsafeBytes { haystack in
      guard let start = haystack.baseAddress else { return }
      unsafe needle.withUnsafeBytes { needle in
        var from = 0
        while offsets.count < most, from < haystack.count,
          let found = unsafe memmem(start + from, haystack.count - from, needle.baseAddress, needle.count)
        {
          let offset = unsafe UnsafeRawPointer(found) - start
          offsets.append(offset)
          from = offset + 1
        }
      }
    }
    return offsets
  }
}
