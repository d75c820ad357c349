/// Checks that the parts of one matrix of a MAT file fit into it and each other.
///
/// A matrix is a row of parts, each of them a tag (type and size, or both in one word if the
/// content has at most four bytes) and the content, filled up to eight bytes:
///
///     flags, extents, name      for every class
///     elements [, imaginary]    for numbers and letters, as many as the extents say
///     rows, starts, elements    for sparse matrices
///     matrices                  for cells and structures
struct MATMatrixCheck {
  private let bytes: [UInt8]
  private let isBigEndian: Bool
  private var position: Int
  private var end: Int

  private struct Part {
    let type: Int
    let content: Range<Int>
  }

  /// Checks a matrix.
  ///
  /// - Parameters:
  ///   - bytes: The matrix without its tag.
  ///   - isBigEndian: The byte order of the file.
  /// - Returns: Whether libmatio can be trusted with it.
  static func isSound(_ bytes: [UInt8], isBigEndian: Bool) -> Bool {
    var check = MATMatrixCheck(
      bytes: bytes, isBigEndian: isBigEndian, position: 0, end: bytes.count)
    return check.isSound(depth: 0)
  }

  private mutating func isSound(depth: Int) -> Bool {
    if position == end { return depth > 0 }  // an empty cell
    guard depth < 16, let flags = next(), flags.type == 6, flags.content.count == 8,
      let extents = next(), extents.type == 5, let count = elementCount(extents),
      let name = next(), name.type == 1 || name.type == 16, name.content.count < 256
    else { return false }
    let word = MATCheck.word(bytes, flags.content.lowerBound, isBigEndian)
    let parts = word & 0x800 == 0 ? 1 : 2
    switch word & 0xff {
    case 4, 6...15:
      for _ in 0..<parts {
        guard let elements = next(), let size = Self.sizes[elements.type],
          count.multipliedReportingOverflow(by: size) == (elements.content.count, false)
        else { return false }
      }
    case 5:
      guard let rows = next(), let starts = next(), [5, 6].contains(rows.type),
        [5, 6].contains(starts.type),
        starts.content.count == 4 * (lastExtent(extents) + 1)
      else { return false }
      for _ in 0..<parts {
        guard let elements = next(), Self.sizes[elements.type] != nil else { return false }
      }
    case 1, 2, 3:
      while position < end {
        guard let part = next() else { return false }
        if part.type == 14, !isSound(part, depth: depth + 1) { return false }
      }
    default:
      return false
    }
    return position == end
  }

  private func isSound(_ part: Part, depth: Int) -> Bool {
    var inner = self
    (inner.position, inner.end) = (part.content.lowerBound, part.content.upperBound)
    return inner.isSound(depth: depth)
  }

  /// The bytes of one element, by the type of the part.
  private static let sizes = [
    1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8, 12: 8, 13: 8, 16: 1, 17: 2, 18: 4,
  ]

  private mutating func next() -> Part? {
    guard end - position >= 8 else { return nil }
    let word = MATCheck.word(bytes, position, isBigEndian)
    let isSmall = word >> 16 != 0
    let size = isSmall ? word >> 16 : MATCheck.word(bytes, position + 4, isBigEndian)
    let start = position + (isSmall ? 4 : 8)
    guard size <= (isSmall ? 4 : end - start) else { return nil }
    position = min(isSmall ? start + 4 : start + (size + 7) / 8 * 8, end)
    return Part(type: isSmall ? word & 0xffff : word, content: start..<(start + size))
  }

  private func elementCount(_ extents: Part) -> Int? {
    let rank = extents.content.count / 4
    guard rank >= 2, rank <= 32, extents.content.count == 4 * rank else { return nil }
    var count = 1
    for dimension in 0..<rank {
      let extent = MATCheck.word(bytes, extents.content.lowerBound + 4 * dimension, isBigEndian)
      let product = count.multipliedReportingOverflow(by: extent)
      guard extent < 1 << 31, !product.overflow else { return nil }
      count = product.partialValue
    }
    return count
  }

  private func lastExtent(_ extents: Part) -> Int {
    MATCheck.word(bytes, extents.content.upperBound - 4, isBigEndian)
  }
}
