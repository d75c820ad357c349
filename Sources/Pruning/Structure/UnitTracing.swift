import Networks
import Tensors

/// What an operation does to units, the indices of the innermost dimension: a neuron of a linear
/// layer, a channel of a convolution.
///
/// Every operation through which units can be followed has one short conformance in `Rules/`. One
/// without is a barrier: the units in front of it and behind it stay, and it is named.
protocol UnitTracing: NetworkOperation {
  /// From which units of the inputs each unit of the output comes.
  func flow(at site: UnitSite) -> UnitFlow

  /// Between which limits the units of the output lie in inference, whatever the network is given.
  ///
  /// - Parameters:
  ///   - inputs: The limits of each unit of each input.
  ///   - site: The node.
  /// - Returns: The limits of each unit of the output.
  func ranges(of inputs: [[UnitRange]], at site: UnitSite) -> [UnitRange]

  /// The units of the output as multiples of maps of values: where two have the same map, one is a
  /// multiple of the other.
  ///
  /// - Parameters:
  ///   - inputs: The units of each input as multiples of maps.
  ///   - site: The node.
  ///   - maps: The maps that are known.
  /// - Returns: A term for each unit of the output.
  func terms(
    of inputs: [[UnitTerm]], at site: UnitSite, among maps: inout UnitMaps
  ) -> [UnitTerm]

  /// The operation and its parameters for the units that are left.
  func cut(to kept: KeptUnits, at site: UnitSite) -> CutOperation
}

extension UnitTracing {
  /// Each unit a map of its own.
  func terms(
    of inputs: [[UnitTerm]], at site: UnitSite, among maps: inout UnitMaps
  ) -> [UnitTerm] {
    (0..<site.width).map { _ in maps.newTerm() }
  }

  /// The same operation; of each parameter that has a number per unit, the numbers that are left.
  func cut(to kept: KeptUnits, at site: UnitSite) -> CutOperation {
    CutOperation(
      operation: self,
      parameters: site.node.parameters.map { parameter in
        guard parameter.shape == [site.width] else { return parameter }
        return Tensor([kept.outputs.count], kept.outputs.map { parameter[$0] })
      })
  }
}

/// How the units of an output hang together with those of the inputs.
enum UnitFlow {
  /// The units are made here, a row of weights each: one can go while every input stays, and an
  /// input while every row stays.
  case made
  /// A unit can only go together with those from which it comes.
  case follows([[UnitSource]])
  /// Neither the inputs' nor the output's units can go, and why: a clause behind the node's name.
  case held(String)

  /// Each unit comes from those with the same index.
  static func inOrder(_ site: UnitSite) -> UnitFlow {
    .follows(
      (0..<site.width).map { unit in
        site.inputShapes.indices.map { UnitSource(input: $0, unit: unit) }
      })
  }
}

/// A unit of one of the inputs of an operation.
struct UnitSource: Hashable {
  /// Which input.
  var input: Int
  /// Which unit of it.
  var unit: Int
}

/// The units that are left around a node, in ascending order.
struct KeptUnits {
  /// Those of each input.
  var inputs: [[Int]]
  /// Those of the output.
  var outputs: [Int]
}

/// What is left of a node.
struct CutOperation {
  var operation: any NetworkOperation
  var parameters: [Tensor]
}

/// A node with the shapes around it.
struct UnitSite {
  let position: Int
  let node: Network.Node
  let inputShapes: [Shape]

  init(_ network: Network, _ position: Int) {
    self.position = position
    node = network.nodes[position]
    inputShapes = node.inputs.map { network.nodes[$0].outputShape }
  }

  /// The number of units of the output.
  var width: Int { node.outputShape.innermost }
  /// The number of units of the first input.
  var inputWidth: Int { inputShapes[0].innermost }
}
