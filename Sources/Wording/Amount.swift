/// Numbers as people read them.
package enum Amount {
  /// `12,345`.
  package static func grouped(_ number: Int) -> String {
    let digits = String(abs(number))
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return number < 0 ? "-\(result)" : result
  }

  /// `19.9 GB`.
  package static func bytes(_ count: Int) -> String {
    for (unit, scale) in [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)] where Double(count) >= scale {
      return "\(tenths(Double(count) / scale)) \(unit)"
    }
    return "\(count) B"
  }

  /// One decimal: `2.5`, `12.0`.
  package static func tenths(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return "\(tenths / 10).\(abs(tenths % 10))"
  }

  /// `0.3s`, `12s`, `3m 20s`, `1h 5m`.
  package static func time(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    if seconds < 9.95 { return "\(tenths(max(0, seconds)))s" }
    if whole < 60 { return "\(whole)s" }
    if whole < 3600 { return "\(whole / 60)m \(whole % 60)s" }
    return "\(whole / 3600)h \(whole / 60 % 60)m"
  }

  /// `1 task`, `2 tasks`.
  package static func counted(_ number: Int, _ noun: String, plural: String? = nil) -> String {
    "\(grouped(number)) \(number == 1 ? noun : plural ?? noun + "s")"
  }
}
