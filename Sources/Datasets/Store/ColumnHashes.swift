extension FeatureStore {
  /// A fingerprint of the values of each column, the same for every type that they may lie in.
  ///
  /// Those of a store on the disk were computed when it was written: its cells are not read.
  ///
  /// - Returns: One word per column; a missing cell counts as NaN.
  func columnHashes() -> [UInt64] { storedHashes ?? computedHashes() }

  /// The fingerprints as the cells say, whatever was written down about them.
  ///
  /// - Complexity: O(n p).
  func computedHashes() -> [UInt64] {
    var members = [[Int]](repeating: [], count: parts.count)
    for (column, place) in places.enumerated() { members[place.part].append(column) }
    var words = [UInt64](repeating: 0, count: columnCount)
    for (part, columns) in zip(parts, members) where !columns.isEmpty {
      let positions = columns.map { places[$0].position }
      let hashes = part.element.visit(HashingColumns(part: part, positions: positions))
      for (column, word) in zip(columns, hashes) { words[column] = word }
    }
    return words
  }
}

/// The fingerprint of each column, as rows come in.
struct ColumnHashes {
  private(set) var words: [UInt64]

  init(columnCount: Int) {
    words = [UInt64](repeating: 0x9e37_79b1_85eb_ca87, count: columnCount)
  }

  /// Takes in rows of some columns.
  ///
  /// - Parameters:
  ///   - cells: The first row.
  ///   - stride: How many cells further the next row lies.
  ///   - rowCount: The number of rows.
  ///   - offsets: Where in a row each column lies.
  ///   - columns: Which columns these are.
  ///   - hasMissing: Whether the type's sentinel stands for a missing cell.
  @inline(__always)
  mutating func add<Element: StoredElement>(
    _ cells: UnsafePointer<Element>, stride: Int, rowCount: Int,
    offsets: UnsafeBufferPointer<Int>, columns: Range<Int>, hasMissing: Bool
  ) {
    words.withUnsafeMutableBufferPointer { words in
      let words = UnsafeMutableBufferPointer(rebasing: words[columns])
      for row in 0..<rowCount {
        let line = cells + row * stride
        for j in 0..<words.count {
          let cell = line[offsets[j]]
          let bits = hasMissing && cell.isMissing ? missingBits : cell.hashBits
          words[j] = Self.mixed(words[j], bits)
        }
      }
    }
  }

  /// Takes in one row, as bits.
  mutating func add(bits: [UInt64]) {
    for j in bits.indices { words[j] = Self.mixed(words[j], bits[j]) }
  }

  @inline(__always)
  private static func mixed(_ word: UInt64, _ bits: UInt64) -> UInt64 {
    let state = (word ^ bits) &* 0xc2b2_ae3d_27d4_eb4f
    return state ^ (state >> 29)
  }
}

/// What a missing cell counts as: NaN.
private let missingBits: UInt64 = 0x7fc0_0000

extension StoredElement {
  /// The value as bits, the same in every type; zeros are one number, and so are all kinds of NaN.
  @inline(__always)
  fileprivate var hashBits: UInt64 {
    let number = number
    if number == 0 { return 0 }
    if number.isNaN { return missingBits }
    return UInt64(number.bitPattern) | UInt64(UInt32(bitPattern: roundingError)) << 32
  }

  /// What the number for computing leaves of a whole number with more than 24 bits.
  @inline(__always)
  private var roundingError: Int32 {
    guard Self.elementType == .int32 else { return 0 }
    return Int32(truncatingIfNeeded: Int64(exact) - Int64(number))
  }
}

private struct HashingColumns: ElementVisitor {
  let part: FeaturePart
  let positions: [Int]

  func visit<Element: StoredElement>(_ type: Element.Type) -> [UInt64] {
    switch part {
    case .dense(let block): dense(block, type)
    case .sparse(let block): sparse(block, type)
    }
  }

  private func dense<Element: StoredElement>(
    _ block: ColumnBlock, _ type: Element.Type
  ) -> [UInt64] {
    var hashes = ColumnHashes(columnCount: positions.count)
    guard let start = block.start(as: type) else { return hashes.words }
    let offsets = positions.map(block.offset)
    offsets.withUnsafeBufferPointer { offsets in
      // As many columns at a time as a cache holds words and lines of.
      for first in Swift.stride(from: 0, to: offsets.count, by: 1024) {
        let columns = first..<min(first + 1024, offsets.count)
        hashes.add(
          start, stride: block.panelWidth, rowCount: block.rowCount,
          offsets: UnsafeBufferPointer(rebasing: offsets[columns]), columns: columns,
          hasMissing: block.hasMissing)
      }
    }
    return hashes.words
  }

  private func sparse<Element: StoredElement>(
    _ block: SparseBlock, _ type: Element.Type
  ) -> [UInt64] {
    var hashes = ColumnHashes(columnCount: block.width)
    guard let values = block.values(as: type), let cells = block.positions else {
      return positions.map { hashes.words[$0] }
    }
    var bits = [UInt64](repeating: 0, count: block.width)
    for row in 0..<block.rowCount {
      let range = block.cells(row: row)
      for cell in range where Int(cells[cell]) < bits.count {
        bits[Int(cells[cell])] = values[cell].hashBits
      }
      hashes.add(bits: bits)
      for cell in range where Int(cells[cell]) < bits.count { bits[Int(cells[cell])] = 0 }
    }
    return positions.map { hashes.words[$0] }
  }
}
