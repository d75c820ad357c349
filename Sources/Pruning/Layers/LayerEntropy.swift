import Kernels
import Networks

/// What the units of an activation do, how sure that is, and how large the weights in front are.
public struct LayerEntropy: Sendable, Equatable {
  /// What a unit does on all rows.
  public enum UnitState: Sendable, Hashable {
    /// It is on both sides.
    case mixed
    /// Always OFF: it puts out 0, or its slope times what goes in.
    case off
    /// Always ON: it puts out what goes in.
    case on
    /// Always beyond the limit: it puts out the limit.
    case clipped
    /// What goes in is always 0.
    case silent
  }

  /// The layer.
  public let rectifier: RectifierLayer
  /// The states of the units.
  public let states: [UnitState]
  /// The entropy of each unit, in bits, by exact counts; 0 for a unit that is not mixed.
  public let unitEntropies: [Double]
  /// The entropy of the layer by the estimator.
  public let entropy: Double
  /// The mean over the units of the entropy that the batch normalisation in front tells without data:
  /// p = Phi(beta / |gamma|); nil where there is none.
  public let normalEntropy: Double?
  /// The mean over the units of the share of rows that are not on the side where most are: what a line
  /// through each unit would get wrong; 0 exactly if no unit is mixed.
  public let mixedShare: Double
  /// The largest error that the units which are not mixed make as straight lines: over the range of
  /// what goes into each, so at least that on any row.
  public let substitutionError: Double
  /// The largest error that all units make as the straight lines that would stand in for them, the
  /// mixed ones too: over the range of what goes into each; infinite where a line has no bound.
  public let lineError: Double
  /// The number of weights in front that are not 0.
  public let weightCount: Int
  /// Their mean magnitude, 0 without any.
  public let meanMagnitude: Double

  /// How much the layer is left alone, I = entropy times mean magnitude.
  public var irrelevance: Double { entropy * meanMagnitude }

  /// The number of units in a state.
  public func count(_ state: UnitState) -> Int { states.count { $0 == state } }

  /// Whether no unit is mixed, so that straight lines do what the layer does.
  public var isLinear: Bool { !states.contains(.mixed) }
}

extension ActivationStates {
  /// The entropies of all layers, in order.
  ///
  /// - Parameter tolerance: A unit counts as being on one side if the share of the others is at most
  ///   this, in 0..<0.5; 0 for exactly none.
  /// - Returns: A layer each.
  public func entropies(tolerance: Double = 0) -> [LayerEntropy] {
    layers.map { layer in
      let slopes = slopes(of: layer)
      let units = slopes.indices.map { layer.unit($0, tolerance: tolerance) }
      let mixed = units.filter { $0.state == .mixed }
      let weights = layer.rectifier.product.map { network.nodes[$0].parameters[0].elements } ?? []
      let magnitudes = weights.lazy.filter { $0 != 0 }.map { Double($0.magnitude) }
      let (count, sum) = magnitudes.reduce(into: (0, 0.0)) { $0 = ($0.0 + 1, $0.1 + $1) }
      return LayerEntropy(
        rectifier: layer.rectifier, states: units.map(\.state),
        unitEntropies: units.map(\.entropy),
        // What tolerance makes linear has no entropy, whatever the estimator.
        entropy: mixed.isEmpty
          ? 0
          : layer.batchMean ?? mixed.reduce(0) { $0 + $1.entropy } / Double(mixed.count),
        normalEntropy: normalEntropy(of: layer.rectifier),
        mixedShare: slopes.indices.reduce(0) { $0 + layer.mixedShare(ofUnit: $1) }
          / Double(max(slopes.count, 1)),
        substitutionError: slopes.indices.map {
          layer.substitutionError(ofUnit: $0, as: units[$0].state, slope: slopes[$0])
        }.max() ?? 0,
        lineError: slopes.indices.map { layer.lineError(ofUnit: $0, slope: slopes[$0]) }.max() ?? 0,
        weightCount: count, meanMagnitude: count > 0 ? sum / Double(count) : 0)
    }
  }

  /// The slope of each unit below 0.
  func slopes(of layer: Layer) -> [Double] {
    let node = network.nodes[layer.rectifier.node]
    switch layer.form {
    case .straight(slope: nil): return node.parameters[0].elements.map(Double.init)
    case .straight(let slope?):
      return [Double](repeating: slope, count: node.outputShape.innermost)
    case .clipped, .curved: return [Double](repeating: 0, count: node.outputShape.innermost)
    }
  }

  private func normalEntropy(of rectifier: RectifierLayer) -> Double? {
    let norm = network.nodes[network.nodes[rectifier.node].inputs[0]]
    guard norm.operation is BatchNorm else { return nil }
    let entropies = zip(norm.parameters[0].elements, norm.parameters[1].elements).map {
      $0 == 0 ? 0 : binaryEntropy(normalProbability(below: Double($1) / Double($0.magnitude)))
    }
    return entropies.reduce(0, +) / Double(max(entropies.count, 1))
  }
}

extension ActivationStates.Layer {
  /// How often a unit is on each side, and how often on none; the sum is 0 if what goes in always is.
  private func shares(
    ofUnit unit: Int
  ) -> (sides: [(state: LayerEntropy.UnitState, count: Double)], middle: Double, total: Double) {
    let off = Double(counts.below[unit])
    let clipped = Double(counts.beyond[unit])
    let on = Double(counts.above[unit]) - clipped
    let middle = form.hasCurvedMiddle ? Double(observationCount) - off - on : 0
    return ([(.off, off), (.on, on), (.clipped, clipped)], middle, off + on + clipped + middle)
  }

  /// The state and the entropy of a unit, by exact counts.
  fileprivate func unit(
    _ unit: Int, tolerance: Double
  ) -> (state: LayerEntropy.UnitState, entropy: Double) {
    let (sides, middle, total) = shares(ofUnit: unit)
    guard total > 0 else { return (.silent, 0) }
    for (state, count) in sides where count > 0 && total - count <= tolerance * total {
      return (state, 0)
    }
    let (off, on, clipped) = (sides[0].count, sides[1].count, sides[2].count)
    return (
      .mixed,
      entropy([(off + middle / 2) / total, (on + middle / 2) / total, clipped / total])
    )
  }

  /// The share of rows that are not on the side where most are.
  fileprivate func mixedShare(ofUnit unit: Int) -> Double {
    let (sides, _, total) = shares(ofUnit: unit)
    return total > 0 ? 1 - (sides.map(\.count).max() ?? 0) / total : 0
  }

  /// The line that stands in for a unit: that of its state, or of the states of a mixed one the mean
  /// slope, where those are straight, or the one in which it is most often.
  func line(ofUnit unit: Int, slope: Double) -> UnitLine {
    let state = self.unit(unit, tolerance: 0).state
    guard state == .mixed else { return form.line(of: state, slope: slope) }
    if case .straight = form {
      let (sides, _, total) = shares(ofUnit: unit)
      return UnitLine(slope: (sides[1].count + slope * sides[0].count) / total, shift: 0)
    }
    return form.line(of: mostFrequentState(ofUnit: unit), slope: slope)
  }

  /// The side on which a unit is most often.
  private func mostFrequentState(ofUnit unit: Int) -> LayerEntropy.UnitState {
    shares(ofUnit: unit).sides.max { $0.count < $1.count }?.state ?? .off
  }

  /// The largest error of a unit that is replaced by its line.
  fileprivate func lineError(ofUnit unit: Int, slope: Double) -> Double {
    let state = self.unit(unit, tolerance: 0).state
    guard state == .mixed else { return substitutionError(ofUnit: unit, as: state, slope: slope) }
    if case .straight = form {
      let line = line(ofUnit: unit, slope: slope)
      let (low, high) = (Double(counts.lowest[unit]), Double(counts.highest[unit]))
      return max((line.slope - slope).magnitude * -low, (1 - line.slope).magnitude * high, 0)
    }
    return substitutionError(ofUnit: unit, as: mostFrequentState(ofUnit: unit), slope: slope)
  }

  /// The largest error of a unit that is replaced by the line of its state; 0 for a mixed one.
  fileprivate func substitutionError(
    ofUnit unit: Int, as state: LayerEntropy.UnitState, slope: Double
  ) -> Double {
    let errors = form.errors(
      low: Double(counts.lowest[unit]), high: Double(counts.highest[unit]), slope: slope)
    return switch state {
    case .mixed, .silent: 0
    case .off: errors.off
    case .on: errors.on
    case .clipped: errors.clipped
    }
  }
}
