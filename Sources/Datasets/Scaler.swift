/// How each column is brought to a common scale: x' = (f(x) - offset) * scale.
///
/// f is the identity or log(1 + x). A column that was constant where the scaler was fitted has
/// scale 0, so that it is 0 everywhere.
public struct Scaler: Sendable, Equatable, Codable {
  /// Whether f is log(1 + x), as suits counts, instead of the identity: for each column, or empty
  /// for none.
  public var logarithms: [Bool]
  /// What is subtracted from each column.
  public var offsets: [Float]
  /// What each column is multiplied by afterwards.
  public var scales: [Float]

  /// Creates a scaler.
  ///
  /// - Parameters:
  ///   - logarithms: Whether f is log(1 + x) for each column, p, or empty for none.
  ///   - offsets: What is subtracted from each column, p.
  ///   - scales: What each column is multiplied by afterwards, p.
  public init(logarithms: [Bool] = [], offsets: [Float], scales: [Float]) {
    self.logarithms = logarithms
    self.offsets = offsets
    self.scales = scales
  }

  /// The scaler that leaves everything as it is, logarithms aside.
  ///
  /// - Parameters:
  ///   - columnCount: The number of columns.
  ///   - logarithms: Whether log(1 + x) is taken of each column, or empty for none.
  /// - Returns: The scaler.
  package static func identity(columnCount: Int, logarithms: [Bool] = []) -> Scaler {
    Scaler(
      logarithms: logarithms, offsets: [Float](repeating: 0, count: columnCount),
      scales: [Float](repeating: 1, count: columnCount))
  }

  /// Returns the scaler that maps the smallest value of a column to 0 and the largest to 1.
  ///
  /// Values outside that range, on other rows, stay outside 0...1.
  ///
  /// - Parameter statistics: The statistics of the training rows.
  /// - Returns: The scaler of all columns.
  public static func minMax(_ statistics: ColumnStatistics) -> Scaler {
    let columns = statistics.minimum.indices
    return Scaler(
      logarithms: statistics.logarithms, offsets: statistics.minimum,
      scales: columns.map {
        inverse(Double(statistics.maximum[$0]) - Double(statistics.minimum[$0]))
      })
  }

  /// Returns the scaler that gives each column mean 0 and standard deviation 1.
  ///
  /// - Parameter statistics: The statistics of the training rows.
  /// - Returns: The scaler of all columns.
  public static func standard(_ statistics: ColumnStatistics) -> Scaler {
    Scaler(
      logarithms: statistics.logarithms, offsets: statistics.mean.map { Float($0) },
      scales: statistics.standardDeviation.map { inverse($0) })
  }

  /// 1 / width, or 0 where that is no `Float`.
  private static func inverse(_ width: Double) -> Float {
    let scale = Float(1 / width)
    return scale.isFinite ? scale : 0
  }
}

extension Scaler {
  /// Scales a row in place.
  ///
  /// - Parameter row: The numbers of all columns, in their order.
  package func scale(_ row: UnsafeMutablePointer<Float>) {
    offsets.withUnsafeBufferPointer { offsets in
      scales.withUnsafeBufferPointer { scales in
        for column in offsets.indices where !logarithms.isEmpty && logarithms[column] {
          row[column] = row[column].logarithm
        }
        for column in offsets.indices {
          row[column] = (row[column] - offsets[column]) * scales[column]
        }
      }
    }
  }
}
