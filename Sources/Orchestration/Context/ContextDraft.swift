/// Texts on their way to fewer bytes: what stands now, and what was taken out of them so far.
struct ContextDraft {
  /// A place where bytes are to be replaced by a mark.
  struct Cut {
    var range: Range<Int>
    var mark: [UInt8]

    var gain: Int { range.count - mark.count }
  }

  /// All parts, one behind the other.
  private(set) var bytes: [UInt8]
  /// Where each part ends in `bytes`.
  private(set) var ends: [Int]
  private(set) var removals: [ContextRemoval] = []

  init(_ parts: [ContextPart]) {
    bytes = []
    bytes.reserveCapacity(parts.reduce(0) { $0 + $1.bytes.count })
    ends = []
    for part in parts {
      bytes += part.bytes
      ends.append(bytes.count)
    }
  }

  /// Carries out cuts, which are in order and touch neither each other nor a mark of an earlier step.
  mutating func apply(_ cuts: [Cut], of step: ContextStep) {
    guard !cuts.isEmpty else { return }
    var shorter: [UInt8] = []
    shorter.reserveCapacity(bytes.count)
    var all: [ContextRemoval] = []
    all.reserveCapacity(removals.count + cuts.count)
    var position = 0
    var older = 0
    var part = 0
    /// What earlier removals took out before the place where we are.
    var taken = 0
    func keep(until end: Int) {
      while older < removals.count, removals[older].offset < end {
        var removal = removals[older]
        taken += removal.removed.count - removal.length
        removal.offset += shorter.count - position
        all.append(removal)
        older += 1
      }
      while part < ends.count, ends[part] <= end {
        ends[part] += shorter.count - position
        part += 1
      }
      shorter += bytes[position..<end]
      position = end
    }
    for cut in cuts {
      // A part that ends where the cut begins is settled with what stands before it.
      keep(until: cut.range.lowerBound)
      all.append(
        ContextRemoval(
          step: step,
          offset: shorter.count,
          length: cut.mark.count,
          originalOffset: cut.range.lowerBound + taken,
          removed: Array(bytes[cut.range])
        )
      )
      shorter += cut.mark
      position = cut.range.upperBound
    }
    keep(until: bytes.count)
    bytes = shorter
    removals = all
  }

  /// The parts as they are now, each with its own removals.
  func results() -> [OptimizedText] {
    var results: [OptimizedText] = []
    var start = 0
    var originalStart = 0
    var next = 0
    for end in ends {
      var own: [ContextRemoval] = []
      var taken = 0
      while next < removals.count, removals[next].offset < end {
        var removal = removals[next]
        taken += removal.removed.count - removal.length
        removal.offset -= start
        removal.originalOffset -= originalStart
        own.append(removal)
        next += 1
      }
      results.append(OptimizedText(bytes: Array(bytes[start..<end]), removals: own))
      originalStart += end - start + taken
      start = end
    }
    return results
  }
}
