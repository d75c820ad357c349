import Kernels
import Tensors

/// An image cut into square windows, as the Swin transformer does it.
///
/// The image is padded at the bottom and at the right to whole windows and rolled towards its
/// first row and column by the shift; along a dimension that has one window only, it is not
/// rolled. Windows and the tokens inside them are numbered row by row.
///
/// - Source: Liu et al., "Swin Transformer", ICCV 2021, arXiv:2103.14030, section 3.2; the details
///   as in torchvision's `shifted_window_attention`.
struct WindowGrid {
  /// The largest height and width of a window.
  static let sizeLimit = 64

  let size: Int
  let image: Extent
  private let rows, columns: Axis

  /// One of the two dimensions.
  private struct Axis {
    let extent, size, windowCount, shift: Int

    init(extent: Int, size: Int, shift: Int) {
      (self.extent, self.size) = (extent, size)
      windowCount = (extent + size - 1) / size
      self.shift = windowCount > 1 ? shift : 0
    }

    /// The place in the image at a place in the rolled one; nil for padding.
    func source(of place: Int) -> Int? {
      let source = (place + shift) % (windowCount * size)
      return source < extent ? source : nil
    }

    /// Which part of the image lies at a place in the rolled one: the last window holds the end of
    /// the image and, behind it, its beginning.
    func region(of place: Int) -> Int {
      if shift == 0 || place < (windowCount - 1) * size { return 0 }
      return place < windowCount * size - shift ? 1 : 2
    }
  }

  /// Creates the grid.
  ///
  /// - Parameters:
  ///   - size: The height and width of a window.
  ///   - shift: By how many rows and columns the image is rolled.
  ///   - image: The image.
  /// - Throws: ``ShapeMismatch`` if the numbers make no grid.
  init(size: Int, shift: Int, image: Extent) throws(ShapeMismatch) {
    guard (1...Self.sizeLimit).contains(size), (0..<size).contains(shift) else {
      throw ShapeMismatch(
        needed: "windows of 1 to \(Self.sizeLimit) rows and a shift below that")
    }
    _ = try Shape.limited([image.height, image.width])
    self.size = size
    self.image = image
    rows = Axis(extent: image.height, size: size, shift: shift)
    columns = Axis(extent: image.width, size: size, shift: shift)
  }

  var windowCount: Int { rows.windowCount * columns.windowCount }
  var tokenCount: Int { size * size }

  /// Where the tokens of the windows come from.
  var movement: RowMovement {
    RowMovement(
      sources: places.map { row, column in
        guard let row = rows.source(of: row), let column = columns.source(of: column) else {
          return nil
        }
        return row * image.width + column
      }, sourceCount: image.height * image.width)
  }

  /// What attention has to know of each window: padding asks nothing, and what lies apart in the
  /// image must not see each other.
  var windows: [AttentionKernel.Window] {
    let all = places
    return (0..<windowCount).map { window in
      let places = all[window * tokenCount..<(window + 1) * tokenCount]
      return AttentionKernel.Window(
        queries: places.indices.filter { index in
          rows.source(of: places[index].row) != nil
            && columns.source(of: places[index].column) != nil
        }.map { $0 - places.startIndex },
        regions: places.map { 3 * rows.region(of: $0.row) + columns.region(of: $0.column) })
    }
  }

  /// The place in the rolled image of each token of each window.
  private var places: [(row: Int, column: Int)] {
    (0..<windowCount).flatMap { window in
      (0..<tokenCount).map { token in
        (
          row: window / columns.windowCount * size + token / size,
          column: window % columns.windowCount * size + token % size
        )
      }
    }
  }

  /// For each pair of tokens, the row of a table of biases by their distance.
  static func distanceIndices(size: Int) -> [Int] {
    let tokens = 0..<size * size
    return tokens.flatMap { i in
      tokens.map { j in
        (i / size - j / size + size - 1) * (2 * size - 1) + i % size - j % size + size - 1
      }
    }
  }
}
