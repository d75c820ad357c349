import Tensors
import Testing

@testable import Kernels

/// Convolutions of images against the sum that defines them.
@Suite("Convolution kernels")
struct ConvolutionTests {
  /// Images [batch, side, side + 1, inputs] and a kernel of 3x3 over them, with a margin of zeros.
  private struct Case: CustomTestStringConvertible {
    var batch, side, inputs, outputs: Int
    var adds = false
    var testDescription: String { "\(batch) x \(side), \(inputs) to \(outputs), adds: \(adds)" }
  }

  private static let cases = [
    Case(batch: 1, side: 8, inputs: 32, outputs: 64),
    Case(batch: 3, side: 8, inputs: 64, outputs: 32, adds: true),
    Case(batch: 2, side: 7, inputs: 32, outputs: 32, adds: true),
    Case(batch: 8, side: 4, inputs: 48, outputs: 32),
    Case(batch: 2, side: 5, inputs: 32, outputs: 40, adds: true),
    Case(batch: 2, side: 3, inputs: 8, outputs: 5),
  ]

  @Test("with weights that last and with others, with what follows", arguments: cases)
  private func forward(_ test: Case) {
    setThreadCount(1)
    var random = RandomSource(seed: 21)
    func draw(_ count: Int) -> [Float] { (0..<count).map { _ in Float(random.normal()) } }
    let (height, width) = (test.side, test.side + 1)
    let places = test.batch * height * width
    var (x, w) = (draw(places * test.inputs), draw(test.outputs * test.inputs * 9))
    var (bias, added) = (draw(test.outputs), draw(places * test.outputs))
    let exact = (0..<places * test.outputs).map { index -> Double in
      let (output, place) = (index % test.outputs, index / test.outputs)
      let (row, column) = (place / width % height, place % width)
      var sum = Double(bias[output]) + (test.adds ? Double(added[index]) : 0)
      for offset in 0..<9 {
        let (y, z) = (row + offset / 3 - 1, column + offset % 3 - 1)
        guard (0..<height).contains(y), (0..<width).contains(z) else { continue }
        let source = (place / (height * width) * height + y) * width + z
        for input in 0..<test.inputs {
          sum +=
            Double(x[source * test.inputs + input])
            * Double(w[(output * test.inputs + input) * 9 + offset])
        }
      }
      return max(sum, 0)
    }
    let largest = exact.max() ?? 0
    let geometry = ConvolutionGeometry(
      window: WindowGeometry(
        batch: test.batch, height: height, width: width, kernel: (3, 3), stride: (1, 1),
        padding: (1, 1, 1, 1)),
      inputCount: test.inputs, outputCount: test.outputs, groupCount: 1)
    for use in [ConvolutionUse.inference, .lastingWeights] {
      let product = DensePrimitive.convolution(
        geometry, addingBias: true, use: use,
        followUp: FollowUp(adds: test.adds, activation: .relu(slope: 0)))
      var y = [Float](repeating: .nan, count: exact.count)
      x.withUnsafeMutableBufferPointer { x in
        w.withUnsafeMutableBufferPointer { w in
          bias.withUnsafeMutableBufferPointer { bias in
            added.withUnsafeMutableBufferPointer { added in
              y.withUnsafeMutableBufferPointer { y in
                let ends = [x, w, bias].compactMap(\.baseAddress)
                let rest = (test.adds ? [added, y] : [y]).compactMap(\.baseAddress)
                product.set(ends + rest)
                if use == .lastingWeights { product.keep(1) }
                for _ in 0..<2 { product.run() }
              }
            }
          }
        }
      }
      let difference = zip(y, exact).map { abs(Double($0) - $1) }.max() ?? .infinity
      #expect(difference < 1e-5 * largest, "\(use): \(difference) of \(largest)")
    }
  }
}
