@unsafe @preconcurrency import Glibc

/// A moment as Go writes it: RFC 3339 in UTC, with up to nine digits after the point.
struct Timestamp: Hashable {
  let seconds: Int
  private let nanoseconds: Int

  static func now() -> Timestamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
  }

  init(seconds: Int, nanoseconds: Int) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  static func + (time: Timestamp, duration: Duration) -> Timestamp {
    let (seconds, attoseconds) = duration.components
    let nanoseconds = time.nanoseconds + Int(attoseconds / 1_000_000_000)
    let carry = nanoseconds >= 1_000_000_000 ? 1 : nanoseconds < 0 ? -1 : 0
    return Timestamp(
      seconds: time.seconds + Int(seconds) + carry,
      nanoseconds: nanoseconds - carry * 1_000_000_000
    )
  }

  var text: String { "\(secondText)\(fractionText)Z" }

  /// The point and the digits after it; nothing for a whole second.
  var fractionText: String {
    guard nanoseconds > 0 else { return "" }
    var digits: [UInt8] = []
    var rest = nanoseconds
    for _ in 0..<9 {
      let digit = UInt8(rest % 10)
      rest /= 10
      if digit > 0 || !digits.isEmpty { digits.append(UInt8(ascii: "0") + digit) }
    }
    return "." + String(decoding: digits.reversed(), as: UTF8.self)
  }

  /// Date and time up to the whole second.
  var secondText: String {
    // Days to civil dates in the proleptic Gregorian calendar, counted from 1 March of year 0.
    let days = Int((Double(seconds) / 86_400).rounded(.down))
    let second = seconds - days * 86_400
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    let time = "\(padded(second / 3_600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
    return "\(date)T\(time)"
  }
}

private func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
