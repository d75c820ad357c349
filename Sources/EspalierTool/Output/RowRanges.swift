import Espalier

extension Split {
  /// The rows as text, runs of them as their ends: `0-59,62`; none are empty text.
  var json: JSON {
    .object([
      ("training", .string(rowRanges(training))), ("test", .string(rowRanges(test))),
    ])
  }
}

/// Ascending rows as text.
///
/// - Parameter rows: The rows, from 0, ascending.
/// - Returns: Runs of rows as their ends, such as `0-59,62`.
func rowRanges(_ rows: [Int]) -> String {
  var parts: [String] = []
  var start = 0
  for position in rows.indices {
    let isLast = position + 1 == rows.count || rows[position + 1] != rows[position] + 1
    guard isLast else { continue }
    parts.append(start == position ? "\(rows[start])" : "\(rows[start])-\(rows[position])")
    start = position + 1
  }
  return parts.joined(separator: ",")
}
