import Espalier
import Foundation

/// What a network says of rows, as CSV.
struct PredictionTable {
  private let model: Model
  private let outputs: Tensor
  /// What is predicted of each row.
  let target: Target

  /// Applies a network.
  ///
  /// - Parameters:
  ///   - model: The network and all around it.
  ///   - rows: The rows.
  ///   - path: Their file, for errors.
  /// - Throws: ``ToolError`` if an output is not a finite number.
  init(_ model: Model, _ rows: NewRows, path: String) throws(ToolError) {
    let store = rows.features.store
    let outputs = model.trained.outputs(for: store, rows: Array(0..<store.rowCount))
    let width = max(model.trained.network.outputShape.elementCount, 1)
    if let place = outputs.withElements({ $0.firstIndex { !$0.isFinite } }) {
      throw ToolError(
        .badData,
        "\(path): row \(place / width) (from 0) has numbers so large that the network's output is not"
          + " finite; correct them")
    }
    (self.model, self.outputs) = (model, outputs)
    target = model.trained.meaning.predictions(outputs)
  }

  /// The header and a line for each row.
  ///
  /// A class comes with the probability of each class, a label with its own; numbers are in the
  /// units of the target.
  var text: String {
    var lines = [header.map(CSVWriter.quoted).joined(separator: ",")]
    lines.reserveCapacity(target.count + 1)
    let width = outputs.shape[1]
    outputs.withElements { elements in
      for row in 0..<target.count {
        let logits = elements[row * width..<(row + 1) * width]
        lines.append(cells(of: row, logits).joined(separator: ","))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var header: [String] {
    let title = model.targetNames.first ?? "prediction"
    return switch model.trained.meaning {
    case .classes(let names): [title] + names.map { "p(\($0))" }
    case .value: [title]
    case .labels(let names): names + names.map { "p(\($0))" }
    case .outputs(let names, _): names
    }
  }

  private func cells(of row: Int, _ logits: Slice<UnsafeBufferPointer<Float>>) -> [String] {
    switch target {
    case .classes(let indices, let names):
      let largest = logits.max() ?? 0
      let weights = logits.map { exp(Double($0 - largest)) }
      let sum = weights.reduce(0, +)
      return [CSVWriter.quoted(names[indices[row]])] + weights.map { "\(Float($0 / sum))" }
    case .values(let values): return ["\(values[row])"]
    case .labels(let columns, _):
      return columns.map { $0[row] ? "1" : "0" }
        + logits.map { "\(Float(1 / (1 + exp(-Double($0)))))" }
    case .outputs(let columns, _): return columns.map { "\($0[row])" }
    }
  }
}
