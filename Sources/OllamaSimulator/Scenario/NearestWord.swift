/// The word that `word` was probably meant to be, or nil if none is close.
func nearestWord(to word: String, among words: [String]) -> String? {
  let distances = words.map { (word: $0, distance: editDistance(Array(word.utf8), Array($0.utf8))) }
  guard let nearest = distances.min(by: { $0.distance < $1.distance }) else { return nil }
  return nearest.distance < 4 && nearest.distance < word.utf8.count ? nearest.word : nil
}

/// Levenshtein's distance, in bytes.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var row = Array(0...right.count)
  for (i, a) in left.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, b) in right.enumerated() {
      let above = row[j + 1]
      row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
      diagonal = above
    }
  }
  return row[right.count]
}
