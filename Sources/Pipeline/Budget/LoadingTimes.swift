/// The times in which servers loaded models: what several calls waited for counts once.
struct LoadingTimes {
  /// By server; no two overlap.
  private var times: [String: [Range<Duration>]] = [:]

  /// Takes what a call says that it waited from its start on, and answers how much of that was not known yet.
  mutating func add(_ time: Range<Duration>, on server: String) -> Duration {
    var added = time.upperBound - time.lowerBound
    var whole = time
    var others: [Range<Duration>] = []
    for known in times[server] ?? [] {
      guard known.overlaps(time) else {
        others.append(known)
        continue
      }
      let common = known.clamped(to: time)
      added -= common.upperBound - common.lowerBound
      whole = min(whole.lowerBound, known.lowerBound)..<max(whole.upperBound, known.upperBound)
    }
    times[server] = others + [whole]
    return added
  }
}
