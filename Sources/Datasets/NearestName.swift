/// Finds the name that was probably meant.
///
/// - Parameters:
///   - name: The name as it was typed.
///   - candidates: The names there are.
/// - Returns: The candidate with the fewest insertions, deletions, replacements and exchanges of
///   neighbours, ignoring case, the first of equals; nil if even that needs more than two and
///   more than a third of the name, or more than half of it.
package func nearest(to name: String, among candidates: [String]) -> String? {
  let wanted = Array(name.lowercased().unicodeScalars)
  var best: (name: String, distance: Int)?
  for candidate in candidates {
    let limit = best.map { $0.distance - 1 } ?? min(max(2, wanted.count / 3), wanted.count / 2)
    let letters = Array(candidate.lowercased().unicodeScalars)
    guard abs(letters.count - wanted.count) <= limit else { continue }
    let distance = editDistance(wanted, letters)
    if distance <= limit { best = (candidate, distance) }
  }
  return best?.name
}

/// Returns what to say behind "no column 'x'": the name that was probably meant, or the first few.
///
/// - Parameters:
///   - name: The name as it was typed.
///   - candidates: The names there are.
/// - Returns: The rest of the sentence, empty without candidates.
package func nameHint(for name: String, among candidates: [String]) -> String {
  if let meant = nearest(to: name, among: candidates) { return "; did you mean '\(meant)'?" }
  guard !candidates.isEmpty else { return "" }
  let rest = candidates.count - 5
  return (candidates.count == 1 ? "; there is " : "; there are ")
    + candidates.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
    + (rest > 0 ? " and \(rest) more" : "")
}

/// The optimal string alignment distance: Levenshtein's with exchanges of neighbours.
private func editDistance<Letter: Equatable>(_ left: [Letter], _ right: [Letter]) -> Int {
  var beforePrevious = [Int](repeating: 0, count: right.count + 1)
  var previous = Array(0...right.count)
  for i in left.indices {
    var current = [i + 1] + previous.dropFirst()
    for j in right.indices {
      let replaced = previous[j] + (left[i] == right[j] ? 0 : 1)
      current[j + 1] = min(replaced, previous[j + 1] + 1, current[j] + 1)
      if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
        current[j + 1] = min(current[j + 1], beforePrevious[j - 1] + 1)
      }
    }
    (beforePrevious, previous) = (previous, current)
  }
  return previous[right.count]
}
