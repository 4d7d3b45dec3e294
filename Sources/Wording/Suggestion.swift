/// The candidate nearest to a mistyped word, if it is near enough to be meant: fewer than four edits, and fewer than
/// half of the longer word's letters, so that a short word never suggests an unrelated one.
package func closest(to word: String, in candidates: [String]) -> String? {
  let letters = Array(word.lowercased())
  var best: (distance: Int, candidate: String)?
  for candidate in candidates {
    let other = Array(candidate.lowercased())
    let distance = editDistance(letters, other)
    guard distance < 4, distance * 2 < max(letters.count, other.count) else { continue }
    if best.map({ distance < $0.distance }) ?? true { best = (distance, candidate) }
  }
  return best?.candidate
}

/// A sentence that asks whether the nearest candidate was meant, after a space; empty where none is near.
package func suggestion(for word: String, in candidates: [String]) -> String {
  closest(to: word, in: candidates).map { " Did you mean '\($0)'?" } ?? ""
}

/// The number of letters to insert, delete, replace or swap with a neighbour to make one word of the other.
private func editDistance(_ first: [Character], _ second: [Character]) -> Int {
  var beforePrevious: [Int] = []
  var previous = Array(0...second.count)
  for (row, letter) in first.enumerated() {
    var current = [row + 1]
    for (column, other) in second.enumerated() {
      var distance = min(previous[column + 1] + 1, current[column] + 1, previous[column] + (letter == other ? 0 : 1))
      if row > 0, column > 0, letter == second[column - 1], first[row - 1] == other {
        distance = min(distance, beforePrevious[column - 1] + 1)
      }
      current.append(distance)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[second.count]
}
