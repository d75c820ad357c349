import Networks
import Tensors

/// A unit of the output of a node: an index of its innermost dimension.
public struct UnitPlace: Hashable, Sendable {
  /// The position of the node.
  public var node: Int
  /// The index of the unit.
  public var unit: Int

  /// Creates the place.
  ///
  /// - Parameters:
  ///   - node: The position of the node.
  ///   - unit: The index of the unit.
  public init(node: Int, unit: Int) {
    (self.node, self.unit) = (node, unit)
  }
}

/// Units that can only be removed together, such as a channel of a convolution with the same channel
/// of everything that a residual path adds to it.
public struct UnitGroup: Hashable, Sendable {
  /// A product that reads a unit: of its weights, a column goes with the unit.
  public struct Reader: Hashable, Sendable {
    /// The position of the product.
    public let product: Int
    /// The unit that it reads; its index is that of the column.
    public let place: UnitPlace
  }

  /// The number of the group.
  public let id: Int
  /// The units, in the order of the nodes.
  public fileprivate(set) var members: [UnitPlace] = []
  /// Those of them that a product makes: of its weights, a row goes with the unit.
  public fileprivate(set) var products: [UnitPlace] = []
  /// Who reads them.
  public fileprivate(set) var readers: [Reader] = []
  /// Why the group has to stay; nil if it can go.
  public fileprivate(set) var refusal: String?
}

/// The units of a network in groups that can only be removed together, found on its graph.
///
///     made here:  the rows of Linear, SparseLinear and Convolution; they are read where the next of
///                 these has a column for them
///     together:   what Add and Multiply join index by index; the input and output of functions,
///                 normalisations by unit, pools and movements; a group of a grouped convolution
///     stay:       the network's inputs and outputs; what LayerNorm, Softmax and attention mix; what
///                 an operation without a rule reads and makes
///
/// Groups are numbered by their first unit, in the order of the nodes.
public struct UnitGroups: Sendable {
  /// The groups.
  public private(set) var groups: [UnitGroup] = []
  /// The group of each unit of each node.
  public private(set) var groupOfUnit: [[Int]] = []
  /// The groups that one layer makes, see ``UnitFamily``.
  public private(set) var families: [UnitFamily] = []
  /// The names of the nodes.
  public let nodeNames: [String]

  /// Finds the groups.
  ///
  /// - Parameter network: The network.
  /// - Complexity: O(units + connections between them) but for a factor that grows more slowly than
  ///   any logarithm; weights are not looked at.
  public init(of network: Network) {
    nodeNames = network.nodes.map(\.name)
    var sets = UnitSets(network)
    var refusals: [(UnitPlace, String)] = []
    for (position, node) in network.nodes.enumerated() {
      func hold(_ reason: String) {
        for place in sets.places(of: [position] + node.inputs) { refusals.append((place, reason)) }
      }
      if position == 0 {
        hold("\(node.name) is the network's input")
      } else if let operation = node.operation as? any UnitTracing {
        switch operation.flow(at: UnitSite(network, position)) {
        case .made: break
        case .follows(let sources): sets.join(position, with: sources, inputs: node.inputs)
        case .held(let why): hold("\(node.name) \(why)")
        }
      } else {
        hold("units cannot be traced through \(node.name) (\(type(of: node.operation).kind))")
      }
    }
    let last = network.nodes.count - 1
    for place in sets.places(of: [last]) {
      refusals.append((place, "\(nodeNames[last]) is the network's output"))
    }
    collect(network, &sets)
    for (place, reason) in refusals where self[place].refusal == nil {
      groups[groupOfUnit[place.node][place.unit]].refusal = reason
    }
    families = UnitFamily.all(of: groups, nodeNames: nodeNames)
  }

  /// The group of a unit.
  ///
  /// - Parameter place: The unit.
  public subscript(place: UnitPlace) -> UnitGroup {
    groups[groupOfUnit[place.node][place.unit]]
  }

  /// The nodes whose units are read by a product: where a value is needed if one is removed.
  public var readNodes: Set<Int> {
    Set(groups.flatMap { $0.refusal == nil ? $0.readers.map(\.place.node) : [] })
  }

  /// A unit by name, such as `linear1[3]`.
  func name(_ place: UnitPlace) -> String { "\(nodeNames[place.node])[\(place.unit)]" }

  private mutating func collect(_ network: Network, _ sets: inout UnitSets) {
    var numbers: [Int: Int] = [:]  // by the representative of the set
    for (position, node) in network.nodes.enumerated() {
      let isProduct = node.operation is any UnitProduct
      groupOfUnit.append(
        (0..<node.outputShape.innermost).map { unit in
          let place = UnitPlace(node: position, unit: unit)
          let representative = sets.representative(of: place)
          let number = numbers[representative] ?? groups.count
          if number == groups.count {
            numbers[representative] = number
            groups.append(UnitGroup(id: number))
          }
          groups[number].members.append(place)
          if isProduct { groups[number].products.append(place) }
          return number
        })
    }
    for (position, node) in network.nodes.enumerated() {
      guard let product = node.operation as? any UnitProduct,
        case .made = product.flow(at: UnitSite(network, position))
      else { continue }
      let input = node.inputs[0]
      for (unit, number) in groupOfUnit[input].enumerated() {
        groups[number].readers.append(
          UnitGroup.Reader(product: position, place: UnitPlace(node: input, unit: unit)))
      }
    }
  }
}

/// Disjoint sets of units, each a tree that leads to its representative.
private struct UnitSets {
  private let starts: [Int]
  private var parents: [Int]

  /// Creates sets of one unit each.
  init(_ network: Network) {
    var starts = [0]
    for node in network.nodes { starts.append((starts.last ?? 0) + node.outputShape.innermost) }
    self.starts = starts
    parents = Array(0..<(starts.last ?? 0))
  }

  func places(of nodes: [Int]) -> [UnitPlace] {
    nodes.flatMap { node in
      (0..<starts[node + 1] - starts[node]).map { UnitPlace(node: node, unit: $0) }
    }
  }

  mutating func representative(of place: UnitPlace) -> Int {
    var place = starts[place.node] + place.unit
    while parents[place] != place {
      parents[place] = parents[parents[place]]
      place = parents[place]
    }
    return place
  }

  /// Joins each unit of a node with those from which it comes.
  mutating func join(_ node: Int, with sources: [[UnitSource]], inputs: [Int]) {
    for (unit, sources) in sources.enumerated() {
      for source in sources {
        let own = representative(of: UnitPlace(node: node, unit: unit))
        let other = representative(of: UnitPlace(node: inputs[source.input], unit: source.unit))
        parents[max(own, other)] = min(own, other)
      }
    }
  }
}
