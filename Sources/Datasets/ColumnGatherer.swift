import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Some columns of a table with their scaling, ready to be gathered for any rows.
///
///     block[i, j] = (f(x[rows[i], columns[j]]) - offset[columns[j]]) * scale[columns[j]]
///
/// The scaler's numbers are picked once, so that gathering a batch allocates nothing and its inner
/// loop reads them in order.
public struct ColumnGatherer: Sendable {
  /// The columns, in the order of the block.
  public let columns: [Int]
  private let features: FeatureStore
  private let offsets: [Float]
  private let scales: [Float]
  private let logarithm: Bool
  private let isContiguous: Bool

  /// Prepares columns for gathering.
  ///
  /// - Parameters:
  ///   - features: The table.
  ///   - columns: The columns, in any order, each in `0..<features.columnCount`.
  ///   - scaler: How to scale, or nil for the values as they are.
  public init(_ features: FeatureStore, columns: [Int], scaler: Scaler?) {
    let bound = features.columnCount
    require(
      columns.allSatisfy { $0 >= 0 && $0 < bound }, "ColumnGatherer: a column outside 0..<\(bound)")
    require(
      scaler.map { $0.offsets.count == bound && $0.scales.count == bound } ?? true,
      "ColumnGatherer: scaler of \(scaler?.offsets.count ?? 0) columns for a table of \(bound)")
    self.features = features
    self.columns = columns
    offsets = columns.map { scaler?.offsets[$0] ?? 0 }
    scales = columns.map { scaler?.scales[$0] ?? 1 }
    logarithm = scaler?.logarithm ?? false
    isContiguous = columns.indices.allSatisfy { columns[$0] == columns[0] + $0 }
  }

  /// Gathers some rows into a row-major block.
  ///
  /// - Parameters:
  ///   - rows: The rows, in any order, each in `0..<rowCount` of the table.
  ///   - block: Where to; at least `rows.count` x `columns.count` elements.
  public func gather(rows: [Int], into block: UnsafeMutableBufferPointer<Float>) {
    gather(rows: rows[...], into: block)
  }

  /// Gathers a slice of rows, such as a batch of a shuffled order, into a row-major block.
  ///
  /// - Parameters:
  ///   - rows: The rows, in any order, each in `0..<rowCount` of the table.
  ///   - block: Where to; at least `rows.count` x `columns.count` elements.
  public func gather(rows: ArraySlice<Int>, into block: UnsafeMutableBufferPointer<Float>) {
    let count = rows.count * columns.count
    require(block.count >= count, "ColumnGatherer: block of \(block.count) for \(count) elements")
    guard count > 0, let target = block.baseAddress else { return }
    switch (features.storage, logarithm) {
    case (.uint8(let bytes), false):
      gather(bytes, rows, into: target) { Float($0) }
    case (.float(let values), false):
      gather(values, rows, into: target) { $0 }
    case (.uint8(let bytes), true):
      byteLogarithms.withUnsafeBufferPointer { table in
        gather(bytes, rows, into: target) { table[Int($0)] }
      }
    case (.float(let values), true):
      gather(values, rows, into: target) { $0 == 0 ? 0 : log1pf($0) }
    }
  }

  @inline(__always)
  private func gather<Element>(
    _ elements: [Element], _ rows: ArraySlice<Int>, into target: UnsafeMutablePointer<Float>,
    _ value: (Element) -> Float
  ) {
    let rowCount = features.rowCount
    let stride = features.columnCount
    let width = columns.count
    elements.withUnsafeBufferPointer { elements in
      columns.withUnsafeBufferPointer { columns in
        offsets.withUnsafeBufferPointer { offsets in
          scales.withUnsafeBufferPointer { scales in
            guard let source = elements.baseAddress, let column = columns.baseAddress,
              let offset = offsets.baseAddress, let scale = scales.baseAddress
            else { return }
            var output = target
            for row in rows {
              require(row >= 0 && row < rowCount, "ColumnGatherer: row \(row) of \(rowCount)")
              if isContiguous {
                let line = source + (row &* stride &+ column[0])
                for j in 0..<width { output[j] = (value(line[j]) - offset[j]) * scale[j] }
              } else {
                let line = source + row &* stride
                for j in 0..<width { output[j] = (value(line[column[j]]) - offset[j]) * scale[j] }
              }
              output += width
            }
          }
        }
      }
    }
  }
}

/// log(1 + x) of every byte.
let byteLogarithms: [Float] = (0...255).map { log1pf(Float($0)) }
