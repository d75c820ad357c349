#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import Kernels
import Networks

/// An activation as two straight lines and what lies between or beyond them.
///
///                    always OFF       always ON              exactly linear then?
///     ReLU           z < 0: 0         z > 0: z               yes
///     LeakyReLU, PReLU  z < 0: a z    z > 0: z               yes
///     ReLU6          z < 0: 0         0 < z <= 6: z          yes; z > 6 is a state of its own, 6
///     GELU, SiLU     z < 0: near 0    z > 0: near z          no: see ``errors(low:high:slope:)``
///     hardswish      z <= -3: 0       z >= 3: z              yes; in between it is a parabola
enum RectifierForm: Hashable {
  /// Straight above and below 0; the slope below is one for all units, or nil for one each.
  case straight(slope: Double?)
  /// Between 0 and a limit.
  case clipped(limit: Double)
  /// A smooth relative, or a piecewise parabola.
  case curved(Curve)

  enum Curve: Hashable {
    case gelu, geluTanh, silu, hardSwish
  }

  /// The form of an operation; nil if it has no linear parts to speak of.
  init?(_ operation: any NetworkOperation) {
    switch operation {
    case is ReLU: self = .straight(slope: 0)
    case let leaky as LeakyReLU: self = .straight(slope: Double(leaky.slope))
    case is PReLU: self = .straight(slope: nil)
    case is ReLU6: self = .clipped(limit: 6)
    case let gelu as GELU: self = .curved(gelu.form == .exact ? .gelu : .geluTanh)
    case is SiLU: self = .curved(.silu)
    case is HardSwish: self = .curved(.hardSwish)
    default: return nil
    }
  }

  /// What the operations of ``init(_:)`` are called.
  static let names = "ReLU, LeakyReLU, PReLU, ReLU6, GELU, SiLU and hardswish"

  /// Whether a unit that is always on one side is exactly linear.
  var isExact: Bool {
    switch self {
    case .straight, .clipped, .curved(.hardSwish): true
    case .curved: false
    }
  }

  /// Where the states begin: below is OFF, above is ON, beyond is clipped.
  var limits: StateLimits {
    switch self {
    case .straight, .curved(.gelu), .curved(.geluTanh), .curved(.silu):
      StateLimits(low: 0, high: 0)
    case .clipped(let limit): StateLimits(low: 0, high: 0, beyond: Float(limit))
    case .curved(.hardSwish):
      StateLimits(low: Float(-3).nextUp, high: Float(3).nextDown)
    }
  }

  /// Whether what is neither OFF nor ON is a curve, rather than a zero that does not matter.
  var hasCurvedMiddle: Bool { self == .curved(.hardSwish) }

  /// The largest errors that the straight lines make on a range of pre-activations.
  ///
  /// - Parameters:
  ///   - low: The smallest number.
  ///   - high: The largest number.
  ///   - slope: The unit's slope below 0, where it has one of its own.
  /// - Returns: The largest |phi(z) - z|, |phi(z) - slope z| and |phi(z) - limit| for z in
  ///   low...high; the last is infinite where there is no limit.
  func errors(
    low: Double, high: Double, slope: Double
  ) -> (on: Double, off: Double, clipped: Double) {
    guard low <= high else { return (0, 0, .infinity) }
    switch self {
    case .straight(let common):
      let factor = (1 - (common ?? slope)).magnitude
      return (factor * max(-low, 0), factor * max(high, 0), .infinity)
    case .clipped(let limit):
      return (
        max(-low, high - limit, 0), min(max(high, 0), limit), limit - min(max(low, 0), limit)
      )
    case .curved(let curve):
      // |phi(z) - z| rises to the left of 0 and has one maximum to the right of it; |phi(z)| is its
      // mirror image, since z - phi(z) = -phi(-z).
      func error(_ low: Double, _ high: Double) -> Double {
        let peak = curve.peak
        let candidates = [low, high] + (low < peak && peak < high ? [peak] : [])
        return candidates.map { (curve.value($0) - $0).magnitude }.max() ?? 0
      }
      return (error(low, high), error(-high, -low), .infinity)
    }
  }
}

extension RectifierForm.Curve {
  /// The function.
  func value(_ z: Double) -> Double {
    switch self {
    case .gelu: z * 0.5 * erfc(-z / 2.0.squareRoot())
    case .geluTanh:
      z * 0.5 * (1 + tanh((2 / Double.pi).squareRoot() * (z + 0.044715 * z * z * z)))
    case .silu: z / (1 + exp(-z))
    case .hardSwish: z * min(max(z + 3, 0), 6) / 6
    }
  }

  /// Where the function differs most from z, to the right of 0.
  fileprivate var peak: Double {
    switch self {
    case .gelu: 0.7517915
    case .geluTanh: 0.7524614
    case .silu: 1.2784645
    case .hardSwish: 1.5
    }
  }
}
