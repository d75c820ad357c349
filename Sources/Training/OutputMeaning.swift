import Datasets
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
