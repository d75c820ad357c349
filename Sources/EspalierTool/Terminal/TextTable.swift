/// Lines of cells in aligned columns, without control characters.
struct TextTable {
  /// On which side of its column a cell stands.
  enum Alignment {
    case left, right
  }

  private let alignments: [Alignment]
  private var rows: [[String]]

  init(_ columns: [(title: String, alignment: Alignment)]) {
    alignments = columns.map(\.alignment)
    rows = [columns.map(\.title)]
  }

  mutating func append(_ cells: [String]) {
    rows.append(cells.map(Terminal.printable))
  }

  /// The lines, the titles first.
  func lines(indent: String = "  ") -> [String] {
    let widths = alignments.indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      let cells = zip(row, zip(widths, alignments)).map { cell, column in
        cell.padded(to: column.0, column.1)
      }
      let line = indent + cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}

extension String {
  /// The text with blanks added up to a width.
  func padded(to width: Int, _ alignment: TextTable.Alignment = .left) -> String {
    let blanks = String(repeating: " ", count: max(0, width - count))
    return alignment == .left ? self + blanks : blanks + self
  }

  /// The text cut down to a width, with an ellipsis where something is missing.
  func clipped(to width: Int) -> String {
    count <= width ? self : String(prefix(max(0, width - 1))) + "…"
  }

  /// The text cut down to a width at its start, with an ellipsis where something is missing.
  func clippedStart(to width: Int) -> String {
    count <= width ? self : "…" + suffix(max(0, width - 1))
  }

  /// The text in lines of a width, broken at blanks; a longer word has a line of its own.
  func wrapped(to width: Int) -> [String] {
    var lines: [String] = []
    for word in split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
