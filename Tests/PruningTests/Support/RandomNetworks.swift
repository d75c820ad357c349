import Networks
import Tensors

@testable import Pruning

/// Small networks of any structure, with parameters whose sums and products are exact in `Float`:
/// multiples of 1/2, and normalisations that divide by powers of 2.
struct RandomNetworks {
  private var random: RandomSource
  /// Whether normalisations stand in front of layers, too.
  private let normalizesInputs: Bool

  init(seed: UInt64, normalizesInputs: Bool = false) {
    random = RandomSource(seed: seed)
    self.normalizesInputs = normalizesInputs
  }

  /// A perceptron or a network for images, with units planted that are constant, unread or copies.
  mutating func next() -> Network {
    var network = chance(0.4) ? perceptron() : imageNetwork()
    network = withDyadicParameters(network)
    for _ in 0..<random.index(below: 6) { plant(in: &network) }
    return network
  }

  /// A network, and straight lines for most of its activations.
  mutating func nextWithLines() -> (network: Network, lines: [Int: [UnitLine]]) {
    let network =
      switch random.index(below: 4) {
      case 0: withDyadicParameters(tokenPerceptron())
      case 1: withDyadicParameters(residualNetwork())
      default: next()
      }
    var lines: [Int: [UnitLine]] = [:]
    for (position, node) in network.nodes.enumerated() {
      let isCurved = node.operation is GELU
      guard RectifierForm(node.operation) != nil, isCurved || chance(0.8) else { continue }
      lines[position] = (0..<node.outputShape.innermost).map { _ in
        switch random.index(below: 5) {
        case 0: UnitLine(slope: 0, shift: node.operation is ReLU6 ? 6 : 0)
        case 1: UnitLine(slope: 0.5, shift: 0)
        default: UnitLine(slope: 1, shift: 0)
        }
      }
    }
    return (network, lines)
  }

  private mutating func chance(_ probability: Double) -> Bool { random.uniform() < probability }

  private mutating func number(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + random.index(below: range.count)
  }

  // MARK: structure

  private mutating func perceptron() -> Network {
    var network = Network(input: [number(2...4)])
    for _ in 0..<number(2...4) {
      switch random.index(below: 8) {
      case 0: append(Linear(network.outputShape[0]), to: &network, aroundPath: true)
      case 1:
        let start = network.nodes.count - 1
        append(Linear(number(1...4)), to: &network)
        _ = try? network.append(Concatenate(inputCount: 2), to: [network.nodes.count - 1, start])
      case 2:
        let width = network.outputShape[0]
        let indices = (0..<number(1...5)).map { _ in random.index(below: width) }
        _ = try? network.append(GatherColumns(indices: indices))
      case 3: appendSparse(to: &network)
      default: append(Linear(number(2...6), hasBias: chance(0.7)), to: &network)
      }
      appendFunction(to: &network)
    }
    _ = try? network.append(Linear(number(1...3)))
    return network
  }

  private mutating func appendSparse(to network: inout Network) {
    let (rows, columns) = (number(2...6), network.outputShape[0])
    let count = number(1...rows * columns)
    let pattern = SparsePattern(
      drawing: count, rowCount: rows, columnCount: columns, using: &random)
    _ = try? network.append(SparseLinear(pattern))
  }

  private mutating func imageNetwork() -> Network {
    var network = Network(input: [number(3...5), number(3...5), number(1...3)])
    for _ in 0..<number(2...4) {
      let channels = network.outputShape[2]
      switch random.index(below: 9) {
      case 0:
        append(Convolution(channels, kernel: 3, padding: 1), to: &network, aroundPath: true)
      case 1:
        let start = network.nodes.count - 1
        append(Convolution(number(1...3), kernel: 3, padding: 1), to: &network)
        _ = try? network.append(Concatenate(inputCount: 2), to: [network.nodes.count - 1, start])
      case 2:
        append(
          Convolution(channels * number(1...2), kernel: 3, padding: 1, groupCount: channels),
          to: &network)
      case 3:
        _ = try? network.append(Convolution(4, kernel: 1))
        append(Convolution(6, kernel: 2, padding: 1, groupCount: 2), to: &network)
      case 4: appendGate(to: &network)
      case 5: _ = try? network.append(MaxPool(2, stride: 1, padding: chance(0.5) ? 1 : 0))
      case 6:
        _ = try? network.append(
          AveragePool(
            2, stride: 2, padding: chance(0.5) ? 1 : 0, countsPadding: chance(0.5)))
      default:
        append(
          Convolution(
            number(2...5), kernel: chance(0.3) ? 1 : 3, stride: chance(0.8) ? 1 : 2,
            padding: chance(0.6) ? 1 : 0, hasBias: chance(0.6)), to: &network)
      }
      appendFunction(to: &network)
    }
    if chance(0.5) {
      _ = try? network.append(Flatten())
    } else {
      _ = try? network.append(GlobalAveragePool())
    }
    if chance(0.5) {
      _ = try? network.append(Linear(number(2...5)))
      appendFunction(to: &network)
    }
    _ = try? network.append(Linear(number(1...3)))
    return network
  }

  /// Adds a layer, and perhaps a path around it.
  private mutating func append(
    _ layer: some NetworkOperation, to network: inout Network, aroundPath: Bool = false
  ) {
    let start = network.nodes.count - 1
    if normalizesInputs && chance(0.15) { _ = try? network.append(BatchNorm(epsilon: 0x1p-10)) }
    _ = try? network.append(layer)
    if chance(0.4) { _ = try? network.append(BatchNorm(epsilon: 0x1p-10)) }
    if aroundPath { _ = try? network.append(Add(), to: [network.nodes.count - 1, start]) }
  }

  private mutating func appendFunction(to network: inout Network) {
    switch random.index(below: 9) {
    case 0...3: _ = try? network.append(ReLU())
    case 4: _ = try? network.append(LeakyReLU(slope: 0.5))
    case 5: _ = try? network.append(PReLU())
    case 6: _ = try? network.append(ReLU6())
    case 7: _ = try? network.append(Dropout(rate: 0.25))
    default: break
    }
  }

  /// Squeeze and excitation, with a gate in 0...6.
  private mutating func appendGate(to network: inout Network) {
    let (image, channels) = (network.nodes.count - 1, network.outputShape[2])
    _ = try? network.append(GlobalAveragePool())
    _ = try? network.append(Linear(2))
    _ = try? network.append(ReLU())
    _ = try? network.append(Linear(channels))
    _ = try? network.append(ReLU6())
    _ = try? network.append(Multiply(), to: [image, network.nodes.count - 1])
  }

  /// Perceptrons at every place of an image with a path around each, as in Swin.
  private mutating func tokenPerceptron() -> Network {
    let width = number(2...4)
    var network = Network(input: [2, 2, width])
    for _ in 0..<number(1...2) {
      let start = network.nodes.count - 1
      if chance(0.7) { _ = try? network.append(LayerNorm()) }
      _ = try? network.append(Linear(4 * width))
      if chance(0.6) { _ = try? network.append(GELU()) } else { appendFunction(to: &network) }
      _ = try? network.append(Linear(width, hasBias: chance(0.7)))
      if chance(0.8) { _ = try? network.append(Add(), to: [network.nodes.count - 1, start]) }
    }
    _ = try? network.append(GlobalAveragePool())
    _ = try? network.append(Linear(number(1...3)))
    return network
  }

  /// Blocks of two convolutions with a path around both, as in ResNet; some widen or narrow.
  private mutating func residualNetwork() -> Network {
    var network = Network(input: [number(3...6), number(3...6), number(1...3)])
    for _ in 0..<number(1...3) {
      let (start, channels) = (network.nodes.count - 1, network.outputShape[2])
      let (near, far) = (chance(0.5) ? 1 : 3, chance(0.5) ? 1 : 3)
      append(
        Convolution(
          number(1...6), kernel: near == 1 ? 1 : 3, padding: near == 1 || chance(0.2) ? 0 : 1,
          hasBias: chance(0.4)), to: &network)
      appendFunction(to: &network)
      append(
        Convolution(
          channels, kernel: far == 1 ? 1 : 3, padding: far == 1 || chance(0.2) ? 0 : 1,
          hasBias: chance(0.6)), to: &network)
      if network.outputShape == network.nodes[start].outputShape {
        if chance(0.3) {
          // A path with a layer of its own.
          let branch = network.nodes.count - 1
          _ = try? network.append(Convolution(channels, kernel: 1), to: [start])
          _ = try? network.append(Add(), to: [branch, network.nodes.count - 1])
        } else {
          _ = try? network.append(Add(), to: [network.nodes.count - 1, start])
        }
      }
      appendFunction(to: &network)
    }
    _ = try? network.append(GlobalAveragePool())
    _ = try? network.append(Linear(number(1...3)))
    return network
  }

  // MARK: parameters

  private mutating func withDyadicParameters(_ network: Network) -> Network {
    var network = network
    for node in network.nodes {
      for declaration in node.declarations {
        let choices: [Float] =
          switch (node.operation, declaration.name) {
          case (is BatchNorm, "weight"): [0.5, 1, 1, -1, 2, 0]
          case (is BatchNorm, "running_var"): [0.25 - 0x1p-10, 1 - 0x1p-10, 4 - 0x1p-10]
          case (is PReLU, _): [0, 0.25, 0.5]
          default: [-1, -0.5, 0, 0.5, 1]
          }
        let elements = (0..<declaration.shape.elementCount).map { _ in
          choices[random.index(below: choices.count)]
        }
        network[parameter: "\(node.name).\(declaration.name)"] = Tensor(
          declaration.shape, elements)
      }
    }
    return network
  }

  /// Makes a unit constant, unread or a copy of its neighbour.
  private mutating func plant(in network: inout Network) {
    let products = network.nodes.filter { $0.operation is Linear || $0.operation is Convolution }
    guard let node = products.isEmpty ? nil : products[random.index(below: products.count)],
      var weight = network[parameter: "\(node.name).weight"]
    else { return }
    let rowCount = weight.shape[0]
    let width = weight.count / rowCount
    let (row, other) = (random.index(below: rowCount), random.index(below: rowCount))
    switch random.index(below: 7) {
    case 0: for index in 0..<weight.count { weight[index] = 0 }
    case 1, 2: for index in 0..<width { weight[row * width + index] = 0 }
    case 3, 4:
      let taps = width / weight.shape[1]
      let column = random.index(below: weight.shape[1])
      for row in 0..<rowCount {
        for tap in 0..<taps { weight[row * width + column * taps + tap] = 0 }
      }
    default:
      let factor: Float = chance(0.5) ? 2 : 1
      for index in 0..<width {
        weight[row * width + index] = factor * weight[other * width + index]
      }
      if var bias = network[parameter: "\(node.name).bias"] {
        bias[row] = factor * bias[other]
        network[parameter: "\(node.name).bias"] = bias
      }
    }
    network[parameter: "\(node.name).weight"] = weight
  }
}
