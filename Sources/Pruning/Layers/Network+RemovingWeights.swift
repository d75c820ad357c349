import Networks
import Tensors

extension Network {
  /// The network with some weights of its products set to 0: those of smallest magnitude.
  ///
  /// Of equal ones the earlier stay; weights that are 0 already do not count.
  ///
  /// - Parameter counts: How many weights go, by the position of the product.
  /// - Returns: The network, of the same structure.
  func clearingWeights(_ counts: [Int: Int]) -> Network {
    var result = self
    for (position, count) in counts where count > 0 {
      let weights = nodes[position].parameters[0]
      let left = weights.elements.count { $0 != 0 }
      result.setWeights(
        ofProduct: position, marked: largest(max(left - count, 0), of: weights.elements)[...])
    }
    return result
  }

  /// The network with the smallest weights of some products together set to 0.
  ///
  /// - Parameters:
  ///   - count: How many weights go.
  ///   - products: The positions of the products.
  /// - Returns: The network, of the same structure.
  func clearingWeights(_ count: Int, amongAll products: [Int]) -> Network {
    let all = products.flatMap { nodes[$0].parameters[0].elements }
    let marks = largest(max(all.count { $0 != 0 } - count, 0), of: all)
    var result = self
    var start = 0
    for position in products {
      let end = start + nodes[position].parameters[0].count
      result.setWeights(ofProduct: position, marked: marks[start..<end])
      start = end
    }
    return result
  }

  /// The network with the linear layers on plain rows of which few weights are left stored sparsely,
  /// and those that are sparse without the weights that are 0.
  ///
  /// - Parameter density: The share of the weights below which that pays.
  /// - Returns: The network; its outputs are the same, up to rounding.
  public func storingFewWeightsSparsely(below density: Double = 0.1) -> Network {
    pruned(
      to: prunableLayers.map { position in
        let node = nodes[position]
        if let layer = node.operation as? SparseLinear {
          let weights = SparseMatrix(layer.pattern, values: node.parameters[0]).dense
          return SparsePattern(of: weights) { $0 != 0 }
        }
        let weights = node.parameters[0]
        let share = Double(weightCount(ofProduct: position)) / Double(max(weights.count, 1))
        let isFew = share < density && node.parameters.count == 2
        return SparsePattern(of: weights) { !isFew || $0 != 0 }
      })
  }

  /// The number of weights of a product that are not 0.
  func weightCount(ofProduct position: Int) -> Int {
    nodes[position].parameters[0].elements.count { $0 != 0 }
  }

  /// The positions of all products.
  var products: [Int] { nodes.indices.filter(isProduct) }

  private mutating func setWeights(ofProduct position: Int, marked: ArraySlice<Bool>) {
    var weights = nodes[position].parameters[0]
    weights.withMutableElements { elements in
      for index in elements.indices where !marked[marked.startIndex + index] { elements[index] = 0 }
    }
    self[parameter: "\(nodes[position].name).\(nodes[position].declarations[0].name)"] = weights
  }
}

/// Marks the numbers of largest magnitude.
private func largest(_ count: Int, of values: [Float]) -> [Bool] {
  var marks = [Bool](repeating: false, count: values.count)
  values.withUnsafeBufferPointer { values in
    marks.withUnsafeMutableBufferPointer { marks in
      guard let start = values.baseAddress, let target = marks.baseAddress else { return }
      FloatSelection().mark(
        count, of: start, count: values.count, by: .largestMagnitude, in: target)
    }
  }
  return marks
}

extension SparsePattern {
  /// The entries of a matrix that a condition holds for.
  fileprivate init(of matrix: Tensor, where isKept: (Float) -> Bool) {
    let (rowCount, columnCount) = (matrix.shape[0], matrix.shape[1])
    var (rowStarts, columns): ([Int32], [Int32]) = ([0], [])
    matrix.withElements { elements in
      for row in 0..<rowCount {
        for column in 0..<columnCount where isKept(elements[row * columnCount + column]) {
          columns.append(Int32(column))
        }
        rowStarts.append(Int32(columns.count))
      }
    }
    self.init(
      rowCount: rowCount, columnCount: columnCount, rowStarts: rowStarts, columns: columns)
  }
}
