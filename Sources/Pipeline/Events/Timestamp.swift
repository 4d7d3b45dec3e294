import CSystem

/// A moment in milliseconds since 1970, in UTC.
package struct Timestamp: Hashable, Comparable, Sendable {
  package let milliseconds: Int

  package init(milliseconds: Int) {
    self.milliseconds = milliseconds
  }

  package static var now: Timestamp {
    Timestamp(milliseconds: system_realtime_nanoseconds() / 1_000_000)
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }
}

extension Timestamp: LosslessStringConvertible {
  /// RFC 3339 with milliseconds, such as `2026-03-01T09:30:00.250Z`.
  package var description: String {
    let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    var seconds = remainder < 0 ? quotient - 1 : quotient
    var date = unsafe tm()
    unsafe gmtime_r(&seconds, &date)
    let (year, month) = unsafe (Int(date.tm_year) + 1900, Int(date.tm_mon) + 1)
    let day = unsafe [year, month, Int(date.tm_mday)].map { Self.padded($0, 2) }
    let clock = unsafe [date.tm_hour, date.tm_min, date.tm_sec].map { Self.padded(Int($0), 2) }
    let fraction = Self.padded(remainder < 0 ? remainder + 1000 : remainder, 3)
    return "\(day.joined(separator: "-"))T\(clock.joined(separator: ":")).\(fraction)Z"
  }

  /// The day in UTC, such as `2026-03-01`.
  package var day: String { String(description.prefix(10)) }

  /// Reads what `description` wrote.
  package init?(_ text: String) {
    let numbers = text.utf8.split { !(0x30...0x39).contains($0) }.compactMap { Int32(Substring($0)) }
    guard numbers.count == 7, text.hasSuffix("Z") else { return nil }
    var date = unsafe tm()
    unsafe date.tm_year = numbers[0] - 1900
    unsafe date.tm_mon = numbers[1] - 1
    unsafe date.tm_mday = numbers[2]
    unsafe date.tm_hour = numbers[3]
    unsafe date.tm_min = numbers[4]
    unsafe date.tm_sec = numbers[5]
    self.init(milliseconds: unsafe timegm(&date) * 1000 + Int(numbers[6]))
    guard description == text else { return nil }
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
