/// Why the weights of rows cannot be used.
public enum WeightFault: Hashable, Sendable, CustomStringConvertible {
  /// A weight is negative or not finite.
  case notAWeight(row: Int, text: String)
  /// No row that may be looked at has a weight above 0.
  case allZero

  /// One sentence with the remedy.
  public var description: String {
    switch self {
    case .notAWeight(let row, let text):
      "row \(row) (from 0) has the weight \(text); weights are finite and at least 0"
    case .allZero:
      "every row has the weight 0, so that none is left; give some of them a weight above 0"
    }
  }
}

extension Dataset {
  /// What is wrong with the weights of some rows; nil if nothing is, or there are none.
  ///
  /// - Parameter rows: The rows.
  /// - Returns: The first fault.
  package func weightFault(in rows: [Int]) -> WeightFault? {
    guard let weights else { return nil }
    if let row = rows.first(where: { !(weights[$0] >= 0 && weights[$0].isFinite) }) {
      return .notAWeight(row: row, text: "\(weights[row])")
    }
    return rows.allSatisfy { weights[$0] == 0 } && !rows.isEmpty ? .allZero : nil
  }

  /// The rows that count: a row of weight 0 is as if it were not there.
  ///
  /// - Parameter rows: The rows.
  /// - Returns: Those of a weight above 0, in the same order; all where there are no weights.
  package func counted(_ rows: [Int]) -> [Int] {
    guard let weights else { return rows }
    return rows.filter { weights[$0] > 0 }
  }
}
