import Networks
import Tensors

/// An input of a network and its share of the strength of all.
public struct InputShare: Sendable, Hashable, Codable {
  /// The input, from 0.
  public var input: Int
  /// Its share, in 0...1.
  public var share: Double
}

extension InputShare {
  /// How many inputs an epoch has at most.
  private static let limit = 20

  /// The strongest inputs of a network whose first layer has not all connections.
  ///
  /// - Parameter plan: The network.
  /// - Returns: The inputs, strongest first; none for another network, or where the shares would be
  ///   no numbers.
  static func strongest(_ plan: Plan) -> [InputShare] {
    guard let connections = plan.parameters.slots.first?.connections else { return [] }
    var sums = [Double](repeating: 0, count: connections.columnCount)
    sums.withUnsafeMutableBufferPointer { NeuronStrength(plan).add(to: $0) }
    let total = sums.reduce(0, +)
    guard total > 0, total.isFinite else { return [] }
    return topPositions(min(limit, sums.count), of: sums).map {
      InputShare(input: $0, share: sums[$0] / total)
    }
  }
}

extension Snapshot {
  /// The strongest inputs of epochs.
  init(strongest epochs: [[InputShare]]) {
    self.init()
    save("counts", epochs.map(\.count))
    save("inputs", epochs.joined().map(\.input))
    save("shares", .double(epochs.joined().map(\.share)))
  }

  /// The strongest inputs of epochs that were saved.
  ///
  /// - Parameters:
  ///   - inputCount: The number of inputs of the network.
  ///   - epochCount: The number of epochs.
  /// - Returns: The inputs of each epoch.
  /// - Throws: `SnapshotError` if they are none of such a network.
  func strongestInputs(
    inputCount: Int, epochCount: Int
  ) throws(SnapshotError) -> [[InputShare]] {
    let counts = try integers("counts", count: epochCount, in: 0..<1 << 10)
    let inputs = try integers("inputs", count: counts.reduce(0, +), in: 0..<inputCount)
    let shares = try doubles("shares", count: inputs.count)
    var rest = zip(inputs, shares).map { InputShare(input: $0, share: $1) }[...]
    return counts.map { count in
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
  }
}
