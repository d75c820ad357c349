import Datasets
import Kernels
import Networks
import Tensors

/// The share of rows whose class is right, summed up batch by batch.
package struct AccuracySum {
  /// How many classes may be named where more than one counts.
  private static let few = 5
  private var weight = 0.0
  private var right = 0.0
  private var amongFew = 0.0
  private let view: TrainingView
  private let columns: Int

  /// Begins a sum.
  ///
  /// - Parameter view: The rows that are to be judged.
  package init(_ view: TrainingView) {
    self.view = view
    columns = view.targets.outputCount
  }

  /// The share of the rows, by their weights, whose class has the largest output, or the mean share
  /// of the labels that are right; nil for a regression.
  package var accuracy: Double? {
    switch view.meaning {
    case .classes, .labels: weight > 0 ? right / weight : nil
    case .value, .outputs: nil
    }
  }

  /// The share of the rows whose class is among the five largest outputs; nil where there are not
  /// more than five classes.
  package var topFive: Double? {
    guard case .classes(let names) = view.meaning, names.count > Self.few, weight > 0 else {
      return nil
    }
    return amongFew / weight
  }

  /// Takes in some rows.
  ///
  /// - Parameters:
  ///   - outputs: The outputs of the network, a line for each row.
  ///   - targets: The targets of these rows, in their order.
  ///   - positions: The positions of the rows in the view.
  package mutating func add(
    _ outputs: Floats, _ targets: TargetBatch, positions: UnsafeBufferPointer<Int>
  ) {
    switch view.meaning {
    case .value, .outputs: return
    case .classes, .labels: break
    }
    for (row, position) in positions.enumerated() {
      let share = Double(view.weights?[position] ?? 1)
      let line = outputs + row * columns
      weight += share
      if case .values = view.targets {
        let wanted = targets.values + row * columns
        let count = (0..<columns).count { (line[$0] > 0) == (wanted[$0] > 0.5) }
        right += share * Double(count) / Double(columns)
      } else {
        let place = Self.place(of: Int(targets.labels[row]), in: line, columns)
        if place == 0 { right += share }
        if place < Self.few { amongFew += share }
      }
    }
  }

  /// The share of rows whose class is among the five largest outputs.
  ///
  /// - Parameters:
  ///   - outputs: [rows x classes].
  ///   - truth: The class of each row.
  ///   - weights: How much each row counts; nil for all the same.
  /// - Returns: The share; nil where there are not more than five classes, or no rows that count.
  package static func topFive(of outputs: Tensor, _ truth: Target, weights: [Double]?) -> Double? {
    guard case .classes(let indices, let names) = truth, names.count > few else { return nil }
    let columns = outputs.shape[1]
    var (sum, total) = (0.0, 0.0)
    outputs.withElements { elements in
      guard let start = elements.baseAddress else { return }
      for (row, label) in indices.enumerated() {
        let weight = weights?[row] ?? 1
        total += weight
        if place(of: label, in: start + row * columns, columns) < few { sum += weight }
      }
    }
    return total > 0 ? sum / total : nil
  }

  /// How many outputs come before that of a class, the largest first, of equal ones the first.
  package static func place(
    of label: Int, in outputs: UnsafePointer<Float>, _ columns: Int
  ) -> Int {
    let own = outputs[label]
    guard !own.isNaN else { return columns }
    var before = 0
    for column in 0..<columns
    where outputs[column] > own || (outputs[column] == own && column < label) { before += 1 }
    return before
  }
}
