/// Numbers of one step, as an event file of TensorBoard holds them.
///
/// An event file is a row of records: the length (8 bytes, little-endian), its checksum (4), an
/// `Event` message and its checksum (4). Of the message's fields are written:
///
///     Event    1: wall_time (double), 2: step (int64), 3: file_version (string), 5: summary
///     Summary  1: value, repeated
///     Value    1: tag (string), 2: simple_value (float)
///
/// - Source: `tensorflow/core/util/event.proto`, `tensorflow/core/framework/summary.proto`,
///   `tensorflow/core/lib/io/record_writer.h`.
public struct BoardEvent: Sendable, Equatable {
  /// Seconds since 1970.
  public var time: Double
  /// The step, from 0.
  public var step: Int
  /// The numbers with their names; slashes group them.
  public var scalars: [Scalar]

  /// A number.
  public struct Scalar: Sendable, Equatable {
    /// The name.
    public var name: String
    /// The number.
    public var value: Float

    /// Creates a number.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The number.
    public init(name: String, value: Float) {
      (self.name, self.value) = (name, value)
    }
  }

  /// Creates an event.
  ///
  /// - Parameters:
  ///   - time: Seconds since 1970.
  ///   - step: The step, from 0.
  ///   - scalars: The numbers with their names.
  public init(time: Double, step: Int, scalars: [Scalar]) {
    (self.time, self.step, self.scalars) = (time, step, scalars)
  }

  /// What every file begins with.
  ///
  /// - Parameter time: Seconds since 1970.
  /// - Returns: The bytes of the first record.
  public static func beginning(time: Double) -> [UInt8] {
    var message = Message()
    message.add(1, time)
    message.add(3, Array("brain.Event:2".utf8))
    return record(message.bytes)
  }

  /// The bytes of the event's record.
  public var bytes: [UInt8] {
    var summary = Message()
    for scalar in scalars {
      var value = Message()
      value.add(1, Array(scalar.name.utf8))
      value.add(2, scalar.value)
      summary.add(1, value.bytes)
    }
    var message = Message()
    message.add(1, time)
    message.add(2, UInt64(bitPattern: Int64(step)))
    message.add(5, summary.bytes)
    return Self.record(message.bytes)
  }

  /// Frames a message.
  private static func record(_ message: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(message.count))
    return length + littleEndian(CRC32C.masked(length)) + message
      + littleEndian(CRC32C.masked(message))
  }
}

/// The fields of a protobuf message, as far as an event needs them.
private struct Message {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ field: Int, _ value: UInt64) {
    begin(field, 0)
    append(value)
  }

  mutating func add(_ field: Int, _ value: Double) {
    begin(field, 1)
    bytes += littleEndian(value.bitPattern)
  }

  mutating func add(_ field: Int, _ value: Float) {
    begin(field, 5)
    bytes += littleEndian(value.bitPattern)
  }

  mutating func add(_ field: Int, _ value: [UInt8]) {
    begin(field, 2)
    append(UInt64(value.count))
    bytes += value
  }

  private mutating func begin(_ field: Int, _ wireType: UInt64) {
    append(UInt64(field) << 3 | wireType)
  }

  private mutating func append(_ number: UInt64) {
    var rest = number
    while rest > 0x7f {
      bytes.append(UInt8(rest & 0x7f | 0x80))
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

private func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

/// The checksum of records: CRC-32C (Castagnoli), turned and shifted so that a checksum of checksums
/// stays one.
enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { rest, _ in
      rest & 1 == 1 ? rest >> 1 ^ 0x82f6_3b78 : rest >> 1
    }
  }

  /// The checksum.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
  }

  /// The checksum as records have it.
  static func masked(_ bytes: [UInt8]) -> UInt32 {
    let sum = checksum(bytes)
    return (sum >> 15 | sum << 17) &+ 0xa282_ead8
  }
}
