import Networks
import Tensors
import Testing

@testable import Pruning

/// What goes exactly changes nothing, on networks of any structure.
@Suite struct ExactnessTests {
  private static let networkCount = 10_000

  @Test func constantsAreRemovedExactly() throws {
    var networks = RandomNetworks(seed: 11)
    var (removedCount, borderCount, measuredCount) = (0, 0, 0)
    for index in 0..<Self.networkCount {
      let network = networks.next()
      let units = UnitGroups(of: network)
      let samples = randomSamples(3, of: network, seed: UInt64(index))
      let values = samples.map { DoubleEvaluator(network).values(of: $0) }
      // Of what does not vary on the samples: what is constant, and what is so on these alone.
      var (constant, observed): (Set<Int>, Set<Int>) = ([], [])
      for group in units.groups where group.refusal == nil && isConstant(group, network, values) {
        switch refusal(of: group.id, network, units) {
        case nil: constant.insert(group.id)
        case .feedsBorder: borderCount += 1
        case .notConstant: observed.insert(group.id)
        default: break
        }
      }
      keepAUnitOfEachNode(&constant, units)
      let smaller = try network.removing(constant, of: units)
      #expect(difference(network, smaller, samples: samples) <= 1e-10, "network \(index)")
      #expect(OutputDifference(network, smaller, on: tensor(samples, network)).relative <= 1e-5)
      removedCount += constant.count

      // Not those that a border may show, nor those whose value is no short binary fraction: the
      // bias that they are carried into is a Float.
      observed = observed.filter { !mayFeedBorder(units.groups[$0], network) }
      observed = observed.filter { isDyadic(units.groups[$0], network, values[0]) }
      constant.formUnion(observed)
      keepAUnitOfEachNode(&constant, units)
      let means = Dictionary(
        uniqueKeysWithValues: units.readNodes.map { node in
          (node, unitMeans(values[0][node], network.nodes[node].outputShape.innermost))
        })
      let measured = try network.removing(constant, of: units, carrying: .measured(means))
      #expect(difference(network, measured, samples: samples) <= 1e-10, "network \(index)")
      measuredCount += constant.count
    }
    #expect(removedCount > 4000)
    #expect(borderCount > 300)
    #expect(measuredCount > removedCount)
  }

  @Test func simplifyingChangesNothing() throws {
    var networks = RandomNetworks(seed: 12, normalizesInputs: true)
    var counts: [TransformationReport.Change: Int] = [:]
    var exactCount = 0
    for index in 0..<Self.networkCount {
      let network = networks.next()
      let samples = randomSamples(2, of: network, seed: UInt64(index))
      let simple = network.simplified()
      // The ratio of two rows may be no binary fraction: weights are rounded then.
      let distance = difference(network, simple.network, samples: samples)
      #expect(distance <= 1e-6, "network \(index)")
      if distance <= 1e-10 { exactCount += 1 }
      let inputs = tensor(samples, network)
      #expect(
        OutputDifference(network, simple.network, on: inputs).relative <= 1e-5, "network \(index)")
      #expect(simple.network.parameterCount <= network.parameterCount + addedBiases(network))
      #expect(simple.network.simplified().report.removed.isEmpty, "network \(index)")
      for change in TransformationReport.Change.allCases {
        counts[change, default: 0] += simple.report.count(of: change)
      }
    }
    #expect(exactCount > Self.networkCount * 9 / 10)
    for change in TransformationReport.Change.allCases {
      #expect(counts[change, default: 0] > 200, "\(change)")
    }
  }

  /// Whether what is read of a group is the same at each place of each sample.
  private func isConstant(
    _ group: UnitGroup, _ network: Network, _ values: [[[Double]]]
  ) -> Bool {
    group.readers.allSatisfy { reader in
      let width = network.nodes[reader.place.node].outputShape.innermost
      let seen = values.flatMap { values in
        stride(from: reader.place.unit, to: values[reader.place.node].count, by: width)
          .map { values[reader.place.node][$0] }
      }
      return seen.min() == seen.max()
    }
  }

  /// Whether what is read of a group are multiples of 1/1024.
  private func isDyadic(_ group: UnitGroup, _ network: Network, _ values: [[Double]]) -> Bool {
    group.readers.allSatisfy { reader in
      let value = values[reader.place.node][reader.place.unit] * 1024
      return value == value.rounded()
    }
  }

  /// Why constants alone do not let a group go; nil if they do.
  private func refusal(
    of group: Int, _ network: Network, _ units: UnitGroups
  ) -> UnitRemovalError? {
    do {
      _ = try network.removing([group], of: units)
      return nil
    } catch {
      return error
    }
  }

  private func mayFeedBorder(_ group: UnitGroup, _ network: Network) -> Bool {
    group.readers.contains { reader in
      (network.nodes[reader.product].operation as? Convolution).map { $0.padding != 0 } ?? false
    }
  }

  /// Takes groups out of a choice, the first ones first, until no node loses all of its units.
  private func keepAUnitOfEachNode(_ chosen: inout Set<Int>, _ units: UnitGroups) {
    for groups in units.groupOfUnit where groups.allSatisfy({ chosen.contains($0) }) {
      chosen.remove(groups[0])
    }
  }

  private func unitMeans(_ values: [Double], _ width: Int) -> [Double] {
    (0..<width).map { unit in
      let own = stride(from: unit, to: values.count, by: width).map { values[$0] }
      return own.reduce(0, +) / Double(own.count)
    }
  }

  private func tensor(_ samples: [[Double]], _ network: Network) -> Tensor {
    Tensor(
      Shape([samples.count] + network.inputShape.extents),
      samples.flatMap { $0.map(Float.init) })
  }

  /// Products without a bias may get one.
  private func addedBiases(_ network: Network) -> Int {
    network.nodes.reduce(0) {
      $0 + (($1.operation as? any UnitProduct) == nil ? 0 : $1.outputShape.innermost)
    }
  }
}
