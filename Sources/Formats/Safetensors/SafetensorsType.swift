/// The type of the elements of an array in a safetensors file.
public enum SafetensorsType: String, Sendable, Hashable, CaseIterable, Codable {
  /// IEEE's double precision.
  case float64 = "F64"
  /// IEEE's single precision.
  case float32 = "F32"
  /// IEEE's half precision.
  case float16 = "F16"
  /// The upper half of single precision.
  case bfloat16 = "BF16"
  /// 64 bits with a sign.
  case int64 = "I64"
  /// 32 bits with a sign.
  case int32 = "I32"
  /// 16 bits with a sign.
  case int16 = "I16"
  /// 8 bits with a sign.
  case int8 = "I8"
  /// 64 bits without a sign.
  case uint64 = "U64"
  /// 32 bits without a sign.
  case uint32 = "U32"
  /// 16 bits without a sign.
  case uint16 = "U16"
  /// 8 bits without a sign.
  case uint8 = "U8"
  /// A byte that is 0 or 1.
  case bool = "BOOL"

  /// The bytes of one element.
  public var byteCount: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// The bytes of an array; nil beyond the largest number.
  ///
  /// - Parameter extents: The extents of the array, each at least 0.
  /// - Returns: The number of bytes.
  func byteCount(of extents: [Int]) -> Int? {
    var elementCount = 1
    for extent in extents {
      let (product, isTooLarge) = elementCount.multipliedReportingOverflow(by: extent)
      if isTooLarge { return nil }
      elementCount = product
    }
    let (total, isTooLarge) = elementCount.multipliedReportingOverflow(by: byteCount)
    return isTooLarge ? nil : total
  }
}

/// A number of Swift that is stored in a safetensors file as it lies in memory.
public protocol SafetensorsElement: BitwiseCopyable, Sendable {
  /// How the file calls it.
  static var safetensorsType: SafetensorsType { get }
}

extension Double: SafetensorsElement {
  public static var safetensorsType: SafetensorsType { .float64 }
}
extension Float: SafetensorsElement {
  public static var safetensorsType: SafetensorsType { .float32 }
}
extension Int: SafetensorsElement {
  public static var safetensorsType: SafetensorsType { .int64 }
}
extension Int64: SafetensorsElement {
  public static var safetensorsType: SafetensorsType { .int64 }
}
extension Int32: SafetensorsElement {
  public static var safetensorsType: SafetensorsType { .int32 }
}
extension Int16: SafetensorsElement {
  public static var safetensorsType: SafetensorsType { .int16 }
}
extension Int8: SafetensorsElement {
  public static var safetensorsType: SafetensorsType { .int8 }
}
extension UInt64: SafetensorsElement {
  public static var safetensorsType: SafetensorsType { .uint64 }
}
extension UInt32: SafetensorsElement {
  public static var safetensorsType: SafetensorsType { .uint32 }
}
extension UInt16: SafetensorsElement {
  public static var safetensorsType: SafetensorsType { .uint16 }
}
extension UInt8: SafetensorsElement {
  public static var safetensorsType: SafetensorsType { .uint8 }
}
