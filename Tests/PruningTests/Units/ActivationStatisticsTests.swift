import Datasets
import Kernels
import Networks
import Tensors
import Testing

@testable import Pruning

@Suite("Statistics of activations")
struct ActivationStatisticsTests {
  /// Mean and population deviation by the book, in two passes.
  private func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (mean, variance.squareRoot())
  }

  @Test("The kernels' sums give the moments of two naive passes, also far from 0")
  func kernels() {
    var random = RandomSource(seed: 11)
    for _ in 0..<200 {
      let (rows, columns) = (1 + random.index(below: 90), 1 + random.index(below: 40))
      let stride = paddedBatch(rows)
      let center = Float(random.normal() * 1000)
      let x = (0..<rows * columns).map { _ in center + Float(random.normal()) }
      var transposed = [Float](repeating: .nan, count: stride * columns)
      for row in 0..<rows {
        for column in 0..<columns { transposed[column * stride + row] = x[row * columns + column] }
      }
      let shift = (0..<columns).map { Double(x[$0]) }
      for isTransposed in [false, true] {
        var sums = [Double](repeating: 0, count: columns)
        var squares = sums
        var (plain, turned) = (x, transposed)
        plain.withUnsafeMutableBufferPointer { plain in
          turned.withUnsafeMutableBufferPointer { turned in
            guard let plain = plain.baseAddress, let turned = turned.baseAddress else { return }
            if isTransposed {
              addTransposedMoments(
                turned, shift: shift, rows: rows, stride: stride, columns: columns, sums: &sums,
                squares: &squares)
            } else {
              addMoments(
                plain, shift: shift, rows: rows, columns: columns, sums: &sums, squares: &squares)
            }
          }
        }
        for column in 0..<columns {
          let expected = moments((0..<rows).map { Double(x[$0 * columns + column]) })
          let mean = sums[column] / Double(rows)
          let deviation = max(squares[column] / Double(rows) - mean * mean, 0).squareRoot()
          #expect(abs(shift[column] + mean - expected.mean) <= 1e-12 * abs(expected.mean))
          #expect(abs(deviation - expected.deviation) <= 1e-12 * (1 + expected.deviation))
        }
      }
    }
  }

  @Test("Of random perceptrons, dense and sparse, each unit has the moments of a naive evaluation")
  func perceptrons() {
    var random = RandomSource(seed: 12)
    for sample in 0..<40 {
      let inputs = 1 + random.index(below: 9)
      let hidden = (0..<1 + random.index(below: 3)).map { _ in 1 + random.index(below: 20) }
      let data = makeRows(1 + random.index(below: 600), columns: inputs, seed: UInt64(sample))
      let isSparse = sample % 2 == 1
      let source = RandomSource(seed: UInt64(sample))
      let network: Network =
        isSparse
        ? .sparseMultilayerPerceptron(
          inputCount: inputs, hidden: hidden, outputCount: 2, density: 0.5, random: source)
        : .multilayerPerceptron(
          inputCount: inputs, hidden: hidden, outputCount: 2, random: source)
      let rows = Array(0..<data.rowCount)
      let statistics = ActivationStatistics(
        of: Set(network.nodes.indices.dropFirst()), in: network, on: data.features, rows: rows,
        scaler: .identity(columnCount: inputs), countsPositives: true)
      #expect(statistics.rowCount == data.rowCount)
      // [node][row][unit]
      var values = [rows.map { data.features.row($0) }]
      for (position, node) in network.nodes.enumerated().dropFirst() {
        let before = values[position - 1]
        if node.operation is ReLU {
          values.append(before.map { $0.map { max($0, 0) } })
        } else {
          let weights = denseWeights(node)
          values.append(
            before.map { row in
              weights.indices.map { unit in
                zip(weights[unit], row).reduce(Double(node.parameters[1][unit])) {
                  $0 + Double($1.0) * $1.1
                }
              }
            })
        }
        for unit in 0..<node.outputShape[0] {
          let column = values[position].map { $0[unit] }
          let expected = moments(column)
          let found = statistics[position]
          #expect(abs(found.means[unit] - expected.mean) <= 1e-4)
          #expect(abs(found.deviations[unit] - expected.deviation) <= 1e-4)
          let positives = column.count { $0 > 1e-5 }
          let borderline = column.count { abs($0) <= 1e-5 && $0 != 0 }
          let share = found.positiveShares[unit] * Double(rows.count)
          #expect(abs(share - Double(positives)) <= Double(borderline) + 1e-6)
        }
      }
    }
  }

  @Test("The places of a channel are pooled, and a constant channel has deviation 0 exactly")
  func channels() throws {
    var network = try Network(input: [4, 4, 2], random: RandomSource(seed: 2)) {
      Convolution(3, kernel: 3, padding: 1)
      ReLU()
    }.readingPlanes()
    let last = network.nodes.count - 1
    var weights = try #require(network[parameter: "convolution1.weight"])
    for index in 0..<18 { weights[index] = 0 }
    network[parameter: "convolution1.weight"] = weights
    network[parameter: "convolution1.bias"] = Tensor([3], [0.3, 0, 0])
    let data = makeRows(70, columns: 32)
    let statistics = ActivationStatistics(
      of: [last], in: network, on: data.features, rows: Array(0..<70),
      scaler: .identity(columnCount: 32))
    #expect(statistics[last].deviations[0] == 0)
    #expect(statistics[last].means[0] == Double(Float(0.3)))
    let all = outputs(network, data)
    for channel in 1..<3 {
      let expected = moments(
        stride(from: channel, to: all.count, by: 3).map { Double(all[$0]) })
      #expect(abs(statistics[last].means[channel] - expected.mean) < 1e-5)
      #expect(abs(statistics[last].deviations[channel] - expected.deviation) < 1e-5)
    }
  }

  private func denseWeights(_ node: Network.Node) -> [[Float]] {
    guard let layer = node.operation as? SparseLinear else {
      let shape = node.parameters[0].shape
      return (0..<shape[0]).map { row in
        (0..<shape[1]).map { node.parameters[0][row * shape[1] + $0] }
      }
    }
    let dense = SparseMatrix(layer.pattern, values: node.parameters[0]).dense
    return (0..<dense.shape[0]).map { row in
      (0..<dense.shape[1]).map { dense[row * dense.shape[1] + $0] }
    }
  }
}

extension FeatureStore {
  /// A row as numbers.
  fileprivate func row(_ row: Int) -> [Double] {
    let gatherer = ColumnGatherer(self, columns: Array(0..<columnCount), scaler: nil)
    var block = [Float](repeating: 0, count: columnCount)
    block.withUnsafeMutableBufferPointer { gatherer.gather(rows: [row], into: $0) }
    return block.map(Double.init)
  }
}
