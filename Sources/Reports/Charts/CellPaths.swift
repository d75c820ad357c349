/// Paths that fill the cells of a grid, those of one shade together and neighbours in a row as one.
///
/// A grid of many thousand cells stays small that way, and is drawn at once.
struct CellPaths {
  private var commands: [String]

  /// Lays out cells.
  ///
  /// - Parameters:
  ///   - height: The number of rows.
  ///   - width: The number of cells in a row.
  ///   - shadeCount: The number of shades.
  ///   - shade: The shade of a cell by row and column, in `0..<shadeCount`; nil leaves it empty.
  init(height: Int, width: Int, shadeCount: Int, shade: (Int, Int) -> Int?) {
    commands = [String](repeating: "", count: shadeCount)
    for row in 0..<height {
      var column = 0
      while column < width {
        let start = column
        let value = shade(row, column)
        column += 1
        while column < width, shade(row, column) == value { column += 1 }
        guard let value, commands.indices.contains(value) else { continue }
        commands[value] += "M\(start) \(row)h\(column - start)v1h-\(column - start)z"
      }
    }
  }

  /// The path of each shade that occurs.
  ///
  /// - Parameter style: The class of a shade.
  /// - Returns: The elements.
  func elements(style: (Int) -> String) -> [String] {
    commands.enumerated().filter { !$1.isEmpty }.map {
      "<path class=\"\(style($0))\" d=\"\($1)\"/>"
    }
  }
}
