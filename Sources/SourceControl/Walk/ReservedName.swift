/// The names that Git never tracks because some system would take them for `.git`.
enum ReservedName {
  /// Tells whether a name is `.git` in other letters, with what Windows or macOS drop from names, or its short name.
  static func isReserved(_ name: ArraySlice<UInt8>) -> Bool {
    guard let first = name.first else { return false }
    switch first {
    case UInt8(ascii: "."), UInt8(ascii: "g"), UInt8(ascii: "G"), 0xE2, 0xEF: break
    default: return false
    }
    return isShortened(name, to: ".git") || isShortened(name, to: "git~1") || isIgnorable(name)
  }

  /// Tells whether Windows would take a name for `target`: letters of either case, dots and spaces behind it.
  private static func isShortened(_ name: ArraySlice<UInt8>, to target: StaticString) -> Bool {
    let count = target.utf8CodeUnitCount
    guard name.count >= count else { return false }
    let start = unsafe UnsafeBufferPointer(start: target.utf8Start, count: count)
    guard unsafe zip(name, start).allSatisfy({ lowercase($0) == $1 }) else { return false }
    // What follows a colon names a stream of the file, a backslash a file in it.
    let rest = name.dropFirst(count).prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "\\") }
    return rest.allSatisfy { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: " ") }
  }

  /// Tells whether macOS would take a name for `.git`, not seeing some characters.
  private static func isIgnorable(_ name: ArraySlice<UInt8>) -> Bool {
    guard name.contains(where: { $0 >= 0x80 }), let text = String(validating: name, as: UTF8.self) else { return false }
    let visible = text.unicodeScalars.filter { scalar in
      switch scalar.value {
      case 0x200C...0x200F, 0x202A...0x202E, 0x206A...0x206F, 0xFEFF: false
      default: true
      }
    }
    return visible.count == 4 && zip(visible, ".git".utf8).allSatisfy { $0.isASCII && lowercase(UInt8($0.value)) == $1 }
  }

  private static func lowercase(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
  }
}
