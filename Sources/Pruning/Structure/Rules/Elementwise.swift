import Foundation
import Networks
import Tensors

/// A function of each element by itself.
protocol UnitFunction: UnitTracing {
  /// The function of a unit, in `Double`.
  func value(_ x: Double, ofUnit unit: Int, at site: UnitSite) -> Double

  /// Whether the function of a unit never falls.
  func rises(atUnit unit: Int, of site: UnitSite) -> Bool

  /// Whether f(k x) = k f(x) for every k above 0.
  var isHomogeneous: Bool { get }
}

extension UnitFunction {
  func rises(atUnit unit: Int, of site: UnitSite) -> Bool { true }

  var isHomogeneous: Bool { false }

  func flow(at site: UnitSite) -> UnitFlow { .inOrder(site) }

  func ranges(of inputs: [[UnitRange]], at site: UnitSite) -> [UnitRange] {
    inputs[0].enumerated().map { unit, range in
      guard range.constant != nil || rises(atUnit: unit, of: site) else { return .all }
      return UnitRange(
        value(range.lower, ofUnit: unit, at: site), value(range.upper, ofUnit: unit, at: site))
    }
  }

  func terms(
    of inputs: [[UnitTerm]], at site: UnitSite, among maps: inout UnitMaps
  ) -> [UnitTerm] {
    inputs[0].enumerated().map { unit, term in
      guard isHomogeneous, term.factor != 0 else {
        return maps.term(site, [term.map], [term.factor])
      }
      // The parameters of a function are its values at plus and minus 1.
      let sign: Double = term.factor > 0 ? 1 : -1
      let ends = [sign, -sign].map { value($0, ofUnit: unit, at: site) }
      return maps.term(site, [term.map], ends, times: abs(term.factor))
    }
  }
}

extension ReLU: UnitFunction {
  var isHomogeneous: Bool { true }

  func value(_ x: Double, ofUnit unit: Int, at site: UnitSite) -> Double { max(x, 0) }
}

extension ReLU6: UnitFunction {
  func value(_ x: Double, ofUnit unit: Int, at site: UnitSite) -> Double { min(max(x, 0), 6) }
}

extension LeakyReLU: UnitFunction {
  var isHomogeneous: Bool { true }

  func value(_ x: Double, ofUnit unit: Int, at site: UnitSite) -> Double {
    rectified(x, slope: Double(slope))
  }

  func rises(atUnit unit: Int, of site: UnitSite) -> Bool { slope >= 0 }
}

extension PReLU: UnitFunction {
  var isHomogeneous: Bool { true }

  func value(_ x: Double, ofUnit unit: Int, at site: UnitSite) -> Double {
    rectified(x, slope: Double(site.node.parameters[0][unit]))
  }

  func rises(atUnit unit: Int, of site: UnitSite) -> Bool { site.node.parameters[0][unit] >= 0 }
}

/// x above zero, slope x below.
private func rectified(_ x: Double, slope: Double) -> Double {
  x > 0 ? x : slope == 0 ? 0 : slope * x  // x may be the limit -infinity
}

extension Sigmoid: UnitFunction {
  func value(_ x: Double, ofUnit unit: Int, at site: UnitSite) -> Double { logistic(x) }
}

extension Tanh: UnitFunction {
  func value(_ x: Double, ofUnit unit: Int, at site: UnitSite) -> Double { tanh(x) }
}

extension GELU: UnitFunction {
  func value(_ x: Double, ofUnit unit: Int, at site: UnitSite) -> Double {
    switch form {
    case .exact: x * (1 + erf(x / 2.0.squareRoot())) / 2
    case .tanh: x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))) / 2
    }
  }

  func rises(atUnit unit: Int, of site: UnitSite) -> Bool { false }
}

extension SiLU: UnitFunction {
  func value(_ x: Double, ofUnit unit: Int, at site: UnitSite) -> Double { x * logistic(x) }

  func rises(atUnit unit: Int, of site: UnitSite) -> Bool { false }
}

extension HardSwish: UnitFunction {
  func value(_ x: Double, ofUnit unit: Int, at site: UnitSite) -> Double {
    x * min(max(x + 3, 0), 6) / 6
  }

  func rises(atUnit unit: Int, of site: UnitSite) -> Bool { false }
}

extension ELU: UnitFunction {
  func value(_ x: Double, ofUnit unit: Int, at site: UnitSite) -> Double {
    x > 0 ? x : Double(alpha) * expm1(x)
  }

  func rises(atUnit unit: Int, of site: UnitSite) -> Bool { alpha >= 0 }
}

private func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
