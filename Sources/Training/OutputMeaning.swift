import Datasets
import Networks
import Tensors

/// What the outputs of a network mean.
public enum OutputMeaning: Hashable, Sendable, Codable {
  /// A logit for each class.
  case classes(names: [String])
  /// A standardised number.
  case value(TargetScale)
  /// A logit for each label: above 0 where a row is predicted to have it.
  case labels(names: [String])
  /// A standardised number for each output.
  case outputs(names: [String], scales: [TargetScale])

  /// The predictions that outputs stand for.
  ///
  /// - Parameter outputs: [rows x outputs].
  /// - Returns: The class of the largest output (the first of equal ones), the labels whose output
  ///   is above 0, or numbers in the units of the target.
  package func predictions(_ outputs: Tensor) -> Target {
    let (rowCount, width) = (outputs.shape[0], outputs.shape[1])
    return outputs.withElements { elements in
      func column<Value>(_ output: Int, _ value: (Float) -> Value) -> [Value] {
        (0..<rowCount).map { value(elements[$0 * width + output]) }
      }
      switch self {
      case .classes(let names):
        return .classes(
          indices: (0..<rowCount).map { row in
            (0..<width).reduce(0) {
              elements[row * width + $1] > elements[row * width + $0] ? $1 : $0
            }
          }, names: names)
      case .value(let scale):
        return .values(column(0, scale.value))
      case .labels(let names):
        return .labels((0..<width).map { column($0) { $0 > 0 } }, names: names)
      case .outputs(let names, let scales):
        return .outputs((0..<width).map { column($0, scales[$0].value) }, names: names)
      }
    }
  }
}

extension OutputMeaning {
  /// What a network's outputs mean that is to learn a target.
  ///
  /// - Parameters:
  ///   - target: The target.
  ///   - rows: The rows on which the scales of numbers are fitted.
  ///   - weights: How much each of these rows counts; nil for all the same.
  init(learning target: Target, fittedOn rows: [Int], weights: [Float]?) {
    func scale(_ values: [Float]) -> TargetScale {
      TargetScale(rows.map { values[$0] }, weights: weights)
    }
    self =
      switch target {
      case .classes(_, let names): .classes(names: names)
      case .values(let values): .value(scale(values))
      case .labels(_, let names): .labels(names: names)
      case .outputs(let columns, let names): .outputs(names: names, scales: columns.map(scale))
      }
  }

  /// What the outputs of this meaning are trained by.
  var loss: Loss {
    switch self {
    case .classes: .crossEntropy
    case .labels: .binaryCrossEntropy
    case .value, .outputs: .meanSquaredError
    }
  }

  /// This meaning for a target; that of a foreign network, which is not known, becomes the
  /// target's.
  ///
  /// - Parameter target: The target.
  /// - Returns: The meaning; nil where the outputs mean something else.
  func fitting(_ target: Target) -> OutputMeaning? {
    switch (self, target) {
    case (.classes(let own), .classes(_, let names)):
      return names.allSatisfy(own.contains) ? self : nil
    case (.value, .values): return self
    case (.labels(let own), .labels(let columns, _)):
      return own.count == columns.count ? self : nil
    case (.outputs(let own, let scales), _):
      if case .outputs(let columns, _) = target { return own.count == columns.count ? self : nil }
      guard scales.allSatisfy({ $0 == .identity }), own.count == target.outputCount else {
        return nil
      }
      return switch target {
      case .classes(_, let names): .classes(names: names)
      case .labels(_, let names): .labels(names: names)
      case .values, .outputs: .value(.identity)
      }
    default: return nil
    }
  }

  /// The classes of a target by their places among the outputs; nil where there are no classes.
  private func classes(of target: Target) -> [Int32]? {
    guard case .classes(let own) = self, case .classes(let indices, let names) = target else {
      return nil
    }
    let places = names.map { name in Int32(own.firstIndex(of: name) ?? 0) }
    return indices.map { places[$0] }
  }

  /// A target as the outputs of this meaning learn it.
  ///
  /// - Parameters:
  ///   - target: A target that ``fitting(_:)`` this meaning.
  ///   - rows: The rows.
  ///   - balancedRows: The rows by which classes are weighted, with their weights; nil for none.
  /// - Returns: The targets of the rows.
  func targets(
    of target: Target, rows: [Int], balancedOn balancedRows: (rows: [Int], weights: [Float]?)?
  ) -> TrainingTargets {
    switch (self, target) {
    case (.classes(let names), .classes):
      let classes = classes(of: target) ?? []
      return .labels(
        rows.map { classes[$0] }, classCount: names.count,
        classWeights: balancedRows.map { balanced in
          TrainingTargets.balancedWeights(
            balanced.rows.map { classes[$0] }, rowWeights: balanced.weights,
            classCount: names.count)
        })
    case (.value(let scale), .values(let values)):
      return .values(Tensor([rows.count, 1], rows.map { scale.standardised(values[$0]) }))
    case (.labels, .labels(let columns, _)):
      return .values(
        Tensor(
          [rows.count, columns.count],
          rows.flatMap { row in columns.map { $0[row] ? 1 : 0 } }))
    case (.outputs(_, let scales), .outputs(let columns, _)):
      return .values(
        Tensor(
          [rows.count, columns.count],
          rows.flatMap { row in
            columns.indices.map { scales[$0].standardised(columns[$0][row]) }
          }))
    default:
      fatalError("OutputMeaning: a target of another kind")
    }
  }
}
