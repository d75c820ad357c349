/// The type of the numbers of an array as they lie in a file.
enum NumberType: Sendable, Equatable, CaseIterable {
  case bool, int8, uint8, int16, uint16, int32, uint32, int64, uint64, float16, float32, float64

  /// The bytes of a number.
  var byteCount: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16, .float16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  /// Calls a generic function with the type that this names.
  @inline(__always)
  func visit<Visitor: NumberVisitor>(_ visitor: Visitor) -> Visitor.Result {
    switch self {
    case .bool: visitor.visit(TruthValue.self)
    case .int8: visitor.visit(Int8.self)
    case .uint8: visitor.visit(UInt8.self)
    case .int16: visitor.visit(Int16.self)
    case .uint16: visitor.visit(UInt16.self)
    case .int32: visitor.visit(Int32.self)
    case .uint32: visitor.visit(UInt32.self)
    case .int64: visitor.visit(Int64.self)
    case .uint64: visitor.visit(UInt64.self)
    case .float16: visitor.visit(HalfFloat.self)
    case .float32: visitor.visit(Float.self)
    case .float64: visitor.visit(Double.self)
    }
  }
}

/// A function over all types of numbers.
protocol NumberVisitor {
  associatedtype Result
  func visit<Number: FileNumber>(_ type: Number.Type) -> Result
}

/// A number as it lies in a file.
protocol FileNumber: BitwiseCopyable {
  associatedtype Bits: FixedWidthInteger & BitwiseCopyable
  /// The value of the bits in the machine's order.
  static func number(_ bits: Bits) -> Double
}

extension FileNumber {
  /// Reads a number at any address.
  @inline(__always)
  static func read(_ start: UnsafeRawPointer, isSwapped: Bool) -> Double {
    let bits = start.loadUnaligned(as: Bits.self)
    return number(isSwapped ? bits.byteSwapped : bits)
  }
}

extension FileNumber where Self: FixedWidthInteger, Bits == Self {
  @inline(__always) static func number(_ bits: Bits) -> Double { Double(bits) }
}

extension Int8: FileNumber {}
extension UInt8: FileNumber {}
extension Int16: FileNumber {}
extension UInt16: FileNumber {}
extension Int32: FileNumber {}
extension UInt32: FileNumber {}
extension Int64: FileNumber {}
extension UInt64: FileNumber {}

extension Float: FileNumber {
  @inline(__always) static func number(_ bits: UInt32) -> Double { Double(Float(bitPattern: bits)) }
}

extension Double: FileNumber {
  @inline(__always) static func number(_ bits: UInt64) -> Double { Double(bitPattern: bits) }
}

/// A byte that is true unless it is zero.
private struct TruthValue: FileNumber {
  @inline(__always) static func number(_ bits: UInt8) -> Double { bits == 0 ? 0 : 1 }
}

/// IEEE's half precision.
package struct HalfFloat: FileNumber {
  /// The value of bits: one of sign, five of the exponent, ten of the fraction.
  ///
  /// - Parameter bits: The bits.
  /// - Returns: The value.
  package static func number(_ bits: UInt16) -> Double {
    let sign: Double = bits >> 15 == 0 ? 1 : -1
    let (exponent, fraction) = (Int(bits >> 10 & 31), Double(bits & 1023))
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default:
      return sign * (1 + fraction / 1024)
        * Double(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }
}
