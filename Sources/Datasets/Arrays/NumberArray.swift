import Tensors

/// Numbers of an array file as they lie in it.
struct NumberArray: Sendable {
  let type: NumberType
  let shape: [Int]
  /// The numbers, `byteOffset` bytes and perhaps a header before them.
  let bytes: [UInt8]
  let byteOffset: Int
  let isBigEndian: Bool
  /// Whether the first index runs fastest, as in Fortran and MATLAB.
  let isColumnMajor: Bool

  init(
    _ type: NumberType, shape: [Int], bytes: [UInt8], byteOffset: Int = 0,
    isBigEndian: Bool = false, isColumnMajor: Bool = false
  ) {
    require(
      byteOffset >= 0 && shape.reduce(1, *) * type.byteCount <= bytes.count - byteOffset,
      "NumberArray: \(shape) beyond its bytes")
    self.type = type
    self.shape = shape
    self.bytes = bytes
    self.byteOffset = byteOffset
    self.isBigEndian = isBigEndian
    self.isColumnMajor = isColumnMajor
  }

  /// Returns the numbers as a table whose rows are the slices along one axis.
  ///
  /// - Parameters:
  ///   - rowAxis: The axis that counts the rows.
  ///   - names: The name of each column; the other axes are flattened, the last running fastest.
  ///   - path: The file, for errors.
  /// - Returns: The table; NaN is a missing cell, and so is an infinite number.
  /// - Throws: `DatasetError.tooLargeElement`.
  func features(
    rowAxis: Int, names: [String], path: String
  ) throws(DatasetError) -> FeatureStore {
    let rowCount = shape.isEmpty ? 1 : shape[rowAxis]
    if type == .uint8, rowAxis == 0, !isColumnMajor || shape.count < 2 {
      let count = rowCount * names.count
      return FeatureStore(
        bytes: Array(bytes[byteOffset..<(byteOffset + count)]), rowCount: rowCount,
        columnNames: names)
    }
    var builder = TableBuilder(names: names)
    if let place = type.visit(RowWriter(self, rowAxis: rowAxis, rowCount: rowCount), &builder) {
      throw .tooLargeElement(path: path, row: place.row, column: names[place.column])
    }
    return builder.finished().features
  }

  /// How many elements lie between neighbours along each axis.
  var strides: [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    var stride = 1
    for axis in isColumnMajor ? Array(shape.indices) : shape.indices.reversed() {
      strides[axis] = stride
      stride *= shape[axis]
    }
    return strides
  }
}

/// A cell that does not fit into a table.
private struct BadCell {
  var row: Int
  var column: Int
}

/// Writes the slices of an array into a table, row by row.
private struct RowWriter {
  let array: NumberArray
  let rowCount: Int
  let rowStride: Int
  /// Where in a slice each column lies; nil where they lie one after the other.
  let offsets: [Int]?

  init(_ array: NumberArray, rowAxis: Int, rowCount: Int) {
    self.array = array
    self.rowCount = rowCount
    let strides = array.strides
    rowStride = strides.isEmpty ? 1 : strides[rowAxis]
    if array.shape.isEmpty || (rowAxis == 0 && !array.isColumnMajor) {
      offsets = nil
      return
    }
    var offsets = [0]
    for axis in array.shape.indices where axis != rowAxis {
      offsets = offsets.flatMap { offset in
        (0..<array.shape[axis]).map { offset + $0 * strides[axis] }
      }
    }
    self.offsets = offsets
  }

  func write<Number: FileNumber>(
    _ type: Number.Type, into builder: inout TableBuilder
  ) -> BadCell? {
    let isSwapped = array.isBigEndian != (1.bigEndian == 1)
    let size = MemoryLayout<Number.Bits>.size
    let width = builder.names.count
    // Rows that lie across each other are read a few at a time: neighbours share a cache line.
    let height = offsets == nil ? 1 : max(1, min(64, (1 << 18) / max(width, 1)))
    var lines = [Double](repeating: 0, count: height * width)
    return array.bytes.withUnsafeBytes { bytes -> BadCell? in
      guard let base = bytes.baseAddress.map({ $0 + array.byteOffset }) else { return nil }
      for start in stride(from: 0, to: rowCount, by: height) {
        let rows = start..<min(start + height, rowCount)
        if let offsets {
          for column in 0..<width {
            for row in rows {
              let element = row * rowStride + offsets[column]
              lines[(row - start) * width + column] = type.read(
                base + element * size, isSwapped: isSwapped)
            }
          }
        } else {
          let line = base + start * rowStride * size
          for column in 0..<width {
            lines[column] = type.read(line + column * size, isSwapped: isSwapped)
          }
        }
        for row in rows {
          for column in 0..<width {
            let number = lines[(row - start) * width + column]
            if abs(number) > Double(Float.greatestFiniteMagnitude), number.isFinite {
              return BadCell(row: row, column: column)
            }
            builder.row[column] = number
          }
          builder.endRow()
        }
      }
      return nil
    }
  }
}

extension NumberType {
  fileprivate func visit(_ writer: RowWriter, _ builder: inout TableBuilder) -> BadCell? {
    withUnsafeMutablePointer(to: &builder) { visit(Writing(writer: writer, builder: $0)) }
  }
}

private struct Writing: NumberVisitor {
  let writer: RowWriter
  let builder: UnsafeMutablePointer<TableBuilder>

  func visit<Number: FileNumber>(_ type: Number.Type) -> BadCell? {
    writer.write(type, into: &builder.pointee)
  }
}

extension NumberArray {
  /// All numbers in the order of the file.
  var numbers: [Double] {
    type.visit(AllNumbers(array: self))
  }
}

private struct AllNumbers: NumberVisitor {
  let array: NumberArray

  func visit<Number: FileNumber>(_ type: Number.Type) -> [Double] {
    let isSwapped = array.isBigEndian != (1.bigEndian == 1)
    return array.bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress.map({ $0 + array.byteOffset }) else { return [] }
      return (0..<array.shape.reduce(1, *)).map {
        type.read(base + $0 * MemoryLayout<Number.Bits>.size, isSwapped: isSwapped)
      }
    }
  }
}
