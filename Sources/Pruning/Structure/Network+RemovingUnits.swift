import Networks
import Tensors

extension Network {
  /// The network without some groups of units: rows are gone here, columns there, and what the units
  /// contributed is carried into what reads them.
  ///
  ///     for each product with a bias b that reads removed units:
  ///         b += sum over the removed columns of w value
  ///     without a bias, in front of a normalisation:  running_mean -= the sum; else it gets a bias
  ///
  /// Exact in inference, up to rounding, where the values are those of the units (see
  /// ``UnitValues``); sums are in `Double`, parameters in `Float`. In training, the statistics of a
  /// batch contain neither the removed units nor what was carried into `running_mean`; where a unit
  /// was constant in training too, they differ by that constant, which the normalisation takes away.
  ///
  /// - Parameters:
  ///   - groups: The numbers of the groups.
  ///   - units: The groups of this network.
  ///   - values: What is carried into the readers.
  /// - Returns: The smaller network, its nodes under the same names and positions.
  /// - Throws: ``UnitRemovalError`` if a group has to stay, if a node would have no unit left, or if
  ///   a unit has no value to be carried.
  public func removing(
    _ groups: Set<Int>, of units: UnitGroups, carrying values: UnitValues = .constants
  ) throws(UnitRemovalError) -> Network {
    try removing(groups, of: units, substituting: try values.substitutes(in: self))
  }

  /// The network without some groups of units, others in their place where they are read.
  func removing(
    _ groups: Set<Int>, of units: UnitGroups, substituting substitutes: any UnitSubstitutes
  ) throws(UnitRemovalError) -> Network {
    try check(groups, of: units)
    if groups.isEmpty { return self }
    let isKept = units.groupOfUnit.map { $0.map { !groups.contains($0) } }
    for (position, kept) in isKept.enumerated() where !kept.contains(true) {
      throw .emptiesLayer(node: nodes[position].name)
    }
    let kept = isKept.map { mask in mask.indices.filter { mask[$0] } }
    var removal = UnitRemoval(self, isKept: isKept, substitutes: substitutes)
    var changes: [Int: NodeChange] = [:]
    for (position, node) in nodes.enumerated().dropFirst() {
      let around = KeptUnits(inputs: node.inputs.map { kept[$0] }, outputs: kept[position])
      let cut = try removal.cut(position, to: around)
      changes[position] = .node(
        cut.operation, inputs: node.inputs, parameters: cut.parameters)
    }
    return rebuilt(changes)
  }

  private func check(_ groups: Set<Int>, of units: UnitGroups) throws(UnitRemovalError) {
    for (position, node) in nodes.enumerated() {
      guard units.nodeNames.count > position, units.nodeNames[position] == node.name,
        units.groupOfUnit[position].count == node.outputShape.innermost
      else { throw .otherNetwork(node: node.name) }
    }
    guard units.nodeNames.count == nodes.count else {
      throw .otherNetwork(node: units.nodeNames[nodes.count])
    }
    for id in groups.sorted() {
      guard units.groups.indices.contains(id) else {
        throw .noSuchGroup(id, count: units.groups.count)
      }
      if let refusal = units.groups[id].refusal {
        throw .held(unit: units.name(units.groups[id].members[0]), reason: refusal)
      }
    }
  }
}

/// The cut through a network, node by node.
private struct UnitRemoval {
  let network: Network
  let isKept: [[Bool]]
  let substitutes: any UnitSubstitutes
  let consumers: [[Int]]
  /// What a normalisation takes off its running mean, by its position.
  private var carriedMeans: [Int: [Double]] = [:]

  init(_ network: Network, isKept: [[Bool]], substitutes: any UnitSubstitutes) {
    self.network = network
    self.isKept = isKept
    self.substitutes = substitutes
    consumers = network.consumers
  }

  /// What is left of a node.
  mutating func cut(_ position: Int, to kept: KeptUnits) throws(UnitRemovalError) -> CutOperation {
    let node = network.nodes[position]
    let site = UnitSite(network, position)
    if let product = node.operation as? any UnitProduct, case .made = product.flow(at: site) {
      return try cut(product, position, site, kept)
    }
    var result = CutOperation(operation: node.operation, parameters: node.parameters)
    if ([position] + node.inputs).contains(where: { isKept[$0].contains(false) }),
      let operation = node.operation as? any UnitTracing
    {
      result = operation.cut(to: kept, at: site)
    }
    if let sums = carriedMeans[position] {
      for (place, unit) in kept.outputs.enumerated() {
        result.parameters[2][place] = Float(Double(result.parameters[2][place]) - sums[unit])
      }
    }
    return result
  }

  /// What is left of a product; what it read of removed units is carried into its bias.
  private mutating func cut(
    _ product: any UnitProduct, _ position: Int, _ site: UnitSite, _ kept: KeptUnits
  ) throws(UnitRemovalError) -> CutOperation {
    let input = site.node.inputs[0]
    let losesColumns = isKept[input].contains(false)
    guard losesColumns || isKept[position].contains(false) else {
      return CutOperation(operation: site.node.operation, parameters: site.node.parameters)
    }
    var weights = product.weights(at: site)
    if losesColumns {
      let found = try columns(of: weights, position, input)
      let sums = weights.sums(carrying: found.map { $0?.constant })
      weights.add(found.map { $0?.twin })
      if sums.contains(where: { $0 != 0 }) { carry(sums, behind: position, into: &weights) }
    }
    return product.cut(weights.keeping(rows: kept.outputs, columns: kept.inputs[0]))
  }

  /// What is read in place of each removed column that the rows that stay do read.
  private func columns(
    of weights: ProductWeights, _ position: Int, _ input: Int
  ) throws(UnitRemovalError) -> [UnitSubstitute?] {
    let readings = weights.readings(byRows: isKept[position])
    var found = [UnitSubstitute?](repeating: nil, count: readings.count)
    for (unit, reading) in readings.enumerated()
    where !isKept[input][unit] && reading.contains(.read) {
      let name = "\(network.nodes[input].name)[\(unit)]"
      let reader = network.nodes[position].name
      guard let substitute = substitutes[UnitPlace(node: input, unit: unit)] else {
        throw substitutes.areExact
          ? .notConstant(unit: name, reader: reader) : .noValue(unit: name, reader: reader)
      }
      if substitutes.areExact, substitute.constant != 0, reading.contains(.acrossBorder) {
        throw .feedsBorder(unit: name, reader: reader)
      }
      found[unit] = substitute
    }
    return found
  }

  /// Adds sums to the rows of a product: to its bias, or to the mean of the normalisation behind it.
  private mutating func carry(
    _ sums: [Double], behind position: Int, into weights: inout ProductWeights
  ) {
    if weights.bias == nil, consumers[position].count == 1,
      network.nodes[consumers[position][0]].operation is BatchNorm
    {
      carriedMeans[consumers[position][0]] = sums
      return
    }
    let bias = weights.bias ?? [Float](repeating: 0, count: weights.rowCount)
    weights.bias = zip(bias, sums).map { Float(Double($0) + $1) }
  }
}
