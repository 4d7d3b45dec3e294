@unsafe @preconcurrency import Glibc
import JSON

/// One figure: what was measured, and what it is compared with.
struct Measurement {
  let name: String
  let value: Double
  let unit: String
  /// What the value is compared with, measured in the same run; absent where the target is an amount of its own.
  var yardstick: (name: String, value: Double)?
  /// What the value has to keep, as words.
  let target: String

  /// The value over the yardstick's.
  var ratio: Double? { yardstick.map { value / $0.value } }

  var json: JSONValue {
    var object: JSONObject = ["name": .string(name), "value": .number(value), "unit": .string(unit)]
    object["yardstick"] = yardstick.map {
      .object(["name": .string($0.name), "value": .number($0.value)])
    }
    object["ratio"] = ratio.map { .number($0) }
    object["target"] = .string(target)
    return .object(object)
  }

  var line: String {
    var text = "\(name): \(Self.text(value)) \(unit)"
    if let yardstick, let ratio {
      text += ", \(Self.text(ratio)) times \(yardstick.name) (\(Self.text(yardstick.value)) \(unit))"
    }
    return "\(text); target: \(target)"
  }

  /// Three digits that count.
  private static func text(_ value: Double) -> String {
    guard value.magnitude < 100 else { return "\(Int(value.rounded()))" }
    let scale: Double = value.magnitude < 1 ? 1000 : value.magnitude < 10 ? 100 : 10
    return "\((value * scale).rounded() / scale)"
  }
}

extension [Double] {
  /// The value in the middle; the collection must not be empty.
  var median: Double {
    let sorted = sorted()
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }
}

/// The time that the process has computed, in milliseconds: what else the machine does is not in it.
func computedMilliseconds() -> Double {
  var time = timespec()
  unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
}

extension Duration {
  var milliseconds: Double { self / .milliseconds(1) }
}
