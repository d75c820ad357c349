import Foundation
import Networks
import Tensors

@testable import Pruning

/// What a network computes of one sample, in `Double` and as its operations are defined, place by
/// place: the twin against which transformations are compared.
struct DoubleEvaluator {
  let network: Network

  init(_ network: Network) {
    self.network = network
  }

  /// The outputs of every node for one sample.
  func values(of sample: [Double]) -> [[Double]] {
    var values = [sample]
    for (position, node) in network.nodes.enumerated().dropFirst() {
      values.append(output(UnitSite(network, position), node.inputs.map { values[$0] }))
    }
    return values
  }

  /// The output for one sample.
  func output(of sample: [Double]) -> [Double] { values(of: sample).last ?? [] }

  private func output(_ site: UnitSite, _ inputs: [[Double]]) -> [Double] {
    let (x, width) = (inputs[0], site.width)
    let parameters = site.node.parameters.map { $0.elements.map(Double.init) }
    switch site.node.operation {
    case is Linear:
      return rows(x, site.inputWidth).flatMap { row in
        (0..<width).map { unit in
          row.indices.reduce(parameters.count > 1 ? parameters[1][unit] : 0) {
            $0 + parameters[0][unit * row.count + $1] * row[$1]
          }
        }
      }
    case let layer as SparseLinear:
      return (0..<width).map { unit in
        layer.pattern.entries(ofRow: unit).reduce(parameters[1][unit]) {
          $0 + parameters[0][$1] * x[Int(layer.pattern.columns[$1])]
        }
      }
    case let layer as Convolution:
      return convolution(layer, x, site, parameters)
    case let layer as BatchNorm:
      return x.indices.map { place in
        let unit = place % width
        let deviation = (parameters[3][unit] + Double(layer.epsilon)).squareRoot()
        return parameters[0][unit] * (x[place] - parameters[2][unit]) / deviation
          + parameters[1][unit]
      }
    case is ScaleAndShift:
      return x.indices.map { parameters[0][$0 % width] * x[$0] + parameters[1][$0 % width] }
    case let layer as LayerNorm:
      return rows(x, width).flatMap { row in
        let mean = row.reduce(0, +) / Double(width)
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
        return row.indices.map {
          parameters[0][$0] * (row[$0] - mean) / (variance + Double(layer.epsilon)).squareRoot()
            + parameters[1][$0]
        }
      }
    case is PReLU: return x.indices.map { x[$0] > 0 ? x[$0] : parameters[0][$0 % width] * x[$0] }
    case is ReLU: return x.map { max($0, 0) }
    case is ReLU6: return x.map { min(max($0, 0), 6) }
    case let layer as LeakyReLU: return x.map { $0 > 0 ? $0 : Double(layer.slope) * $0 }
    case is Sigmoid: return x.map { 1 / (1 + exp(-$0)) }
    case is Tanh: return x.map { tanh($0) }
    case is GELU: return x.map { $0 * erfc(-$0 / 2.0.squareRoot()) / 2 }
    case is SiLU: return x.map { $0 / (1 + exp(-$0)) }
    case is HardSwish: return x.map { $0 * min(max($0 + 3, 0), 6) / 6 }
    case let layer as ELU: return x.map { $0 > 0 ? $0 : Double(layer.alpha) * expm1($0) }
    case is Add: return x.indices.map { x[$0] + inputs[1][$0] }
    case is Multiply: return x.indices.map { x[$0] * inputs[1][$0 % inputs[1].count] }
    case is Concatenate:
      let parts = zip(inputs, site.inputShapes).map { rows($0, $1.innermost) }
      return parts[0].indices.flatMap { row in parts.flatMap { $0[row] } }
    case is Flatten:
      let channels = site.inputShapes[0].rank == 3 ? site.inputWidth : 1
      return (0..<channels).flatMap { stride(from: $0, to: x.count, by: channels).map { x[$0] } }
    case let layer as GatherColumns:
      return rows(x, site.inputWidth).flatMap { row in layer.indices.map { row[$0] } }
    case is Reshape, is Dropout, is StochasticDepth: return x
    case let pool as MaxPool:
      return pooled(pool.kernel, pool.stride, pool.padding, x, site) { inside, _ in
        inside.max() ?? 0
      }
    case let pool as AveragePool:
      return pooled(pool.kernel, pool.stride, pool.padding, x, site) { inside, count in
        inside.reduce(0, +) / Double(pool.countsPadding ? count : inside.count)
      }
    case is GlobalAveragePool:
      let image = Extent(site.inputShapes[0][0], site.inputShapes[0][1])
      return pooled(image, image, 0, x, site) { inside, count in
        inside.reduce(0, +) / Double(count)
      }
    default: fatalError("DoubleEvaluator: \(type(of: site.node.operation))")
    }
  }

  private func rows(_ x: [Double], _ width: Int) -> [[Double]] {
    stride(from: 0, to: x.count, by: width).map { Array(x[$0..<$0 + width]) }
  }

  private func convolution(
    _ layer: Convolution, _ x: [Double], _ site: UnitSite, _ parameters: [[Double]]
  ) -> [Double] {
    let (image, output) = (site.inputShapes[0], site.node.outputShape)
    let (read, made) = (image[2] / layer.groupCount, layer.outputCount / layer.groupCount)
    var result: [Double] = []
    for row in 0..<output[0] {
      for column in 0..<output[1] {
        for unit in 0..<output[2] {
          var sum = layer.hasBias ? parameters[1][unit] : 0
          for channel in 0..<read {
            for ky in 0..<layer.kernel.height {
              for kx in 0..<layer.kernel.width {
                let y = row * layer.stride.height + ky * layer.dilation.height - layer.padding.top
                let z = column * layer.stride.width + kx * layer.dilation.width - layer.padding.left
                guard (0..<image[0]).contains(y), (0..<image[1]).contains(z) else { continue }
                let weight =
                  ((unit * read + channel) * layer.kernel.height + ky) * layer.kernel.width + kx
                sum +=
                  parameters[0][weight]
                  * x[(y * image[1] + z) * image[2] + unit / made * read + channel]
              }
            }
          }
          result.append(sum)
        }
      }
    }
    return result
  }

  private func pooled(
    _ kernel: Extent, _ stride: Extent, _ padding: Padding, _ x: [Double], _ site: UnitSite,
    by pool: ([Double], Int) -> Double
  ) -> [Double] {
    let (image, output) = (site.inputShapes[0], site.node.outputShape)
    let extent = output.rank == 3 ? Extent(output[0], output[1]) : 1
    var result: [Double] = []
    for row in 0..<extent.height {
      for column in 0..<extent.width {
        for channel in 0..<image[2] {
          var inside: [Double] = []
          for ky in 0..<kernel.height {
            for kx in 0..<kernel.width {
              let y = row * stride.height + ky - padding.top
              let z = column * stride.width + kx - padding.left
              guard (0..<image[0]).contains(y), (0..<image[1]).contains(z) else { continue }
              inside.append(x[(y * image[1] + z) * image[2] + channel])
            }
          }
          result.append(pool(inside, kernel.height * kernel.width))
        }
      }
    }
    return result
  }
}

/// The largest difference of two networks on some samples, as a share of the largest |output|; of
/// outputs that are 0 but for rounding, as a share of 1/1000.
func difference(_ first: Network, _ second: Network, samples: [[Double]]) -> Double {
  var (largest, difference) = (0.001, 0.0)
  for sample in samples {
    let (left, right) = (
      DoubleEvaluator(first).output(of: sample), DoubleEvaluator(second).output(of: sample)
    )
    for (a, b) in zip(left, right) {
      largest = max(largest, abs(a))
      difference = max(difference, (a - b).isNaN ? .infinity : abs(a - b))
    }
  }
  return difference / largest
}

/// Samples of eighths in -2...2.
func randomSamples(_ count: Int, of network: Network, seed: UInt64) -> [[Double]] {
  var random = RandomSource(seed: seed)
  return (0..<count).map { _ in
    (0..<network.inputShape.elementCount).map { _ in Double(random.index(below: 33) - 16) / 8 }
  }
}
