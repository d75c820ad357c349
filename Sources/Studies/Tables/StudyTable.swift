/// A table of a study, before it is written in some form.
package struct StudyTable: Sendable, Equatable {
  /// What stands in a place of a table.
  package enum Cell: Sendable, Equatable {
    case text(String)
    /// A mean with its deviation; the best of its row or column is set off.
    case number(Double, deviation: Double?, isBest: Bool)
    case seconds(Double)
    case bytes(Double)
    case count(Int)
    case nothing

    /// The cell as people read it.
    package var plain: String {
      switch self {
      case .text(let text): text
      case .number(let value, let deviation, _):
        NumberForm.text(value) + (deviation.map { " ± " + NumberForm.text($0, like: value) } ?? "")
      case .seconds(let value): NumberForm.seconds(value)
      case .bytes(let value): NumberForm.text(value / 1e6, decimals: 0) + " MB"
      case .count(let count): "\(count)"
      case .nothing: "–"
      }
    }

    /// Whether it is set off.
    package var isBest: Bool {
      if case .number(_, _, true) = self { true } else { false }
    }

    /// Whether it stands at the left.
    package var isText: Bool {
      if case .text = self { true } else { false }
    }
  }

  /// What it shows.
  package var title: String
  /// What has to be said of it, a sentence each.
  package var notes: [String]
  /// The heads of the columns.
  package var heads: [String]
  /// The rows, each with a cell for each head.
  package var rows: [[Cell]]

  /// The same with a row for each column.
  ///
  /// - Parameters:
  ///   - count: How many columns name a row; joined, they become the heads.
  ///   - head: The head of the first column.
  /// - Returns: The table.
  func turned(leading count: Int, head: String) -> StudyTable {
    var table = self
    table.heads = [head] + rows.map { $0.prefix(count).map(\.plain).joined(separator: " ") }
    table.rows = heads.indices.dropFirst(count).map { column in
      [.text(heads[column])] + rows.map { $0[column] }
    }
    return table
  }

  /// The table in Markdown, with its title as a heading.
  package var markdown: String {
    func line(_ cells: [String]) -> String {
      "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
    }
    var text = "## \(title)\n\n" + line(heads)
    text += "|" + heads.indices.map { isNumeric($0) ? "---:|" : "---|" }.joined() + "\n"
    for row in rows {
      text += line(row.map { $0.isBest ? "**\($0.plain)**" : $0.plain })
    }
    return text + notes.map { "\n\($0)\n" }.joined()
  }

  /// The table in LaTeX, for the package booktabs.
  package var latex: String {
    func line(_ cells: [String]) -> String { "  " + cells.joined(separator: " & ") + " \\\\\n" }
    var text = "\\begin{table}\n  \\centering\n  \\caption{\(Self.escaped(title))}\n"
    text += "  \\begin{tabular}{\(heads.indices.map { isNumeric($0) ? "r" : "l" }.joined())}\n"
    text += "  \\toprule\n" + line(heads.map(Self.escaped)) + "  \\midrule\n"
    for row in rows {
      text += line(
        row.map { cell in
          let plain = Self.escaped(cell.plain).replacing("±", with: "$\\pm$")
          return cell.isBest ? "\\textbf{\(plain)}" : plain
        })
    }
    text += "  \\bottomrule\n  \\end{tabular}\n"
    for note in notes { text += "  \\par\\small \(Self.escaped(note))\n" }
    return text + "\\end{table}\n"
  }

  /// Whether a column holds numbers.
  package func isNumeric(_ column: Int) -> Bool {
    !rows.contains { $0.indices.contains(column) && $0[column].isText }
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\textbackslash{}"
      case "&", "%", "$", "#", "_", "{", "}": result += "\\\(character)"
      case "~": result += "\\textasciitilde{}"
      case "^": result += "\\textasciicircum{}"
      case "–": result += "--"
      case "²": result += "$^2$"
      case "χ": result += "$\\chi$"
      default: result.append(character)
      }
    }
    return result
  }
}

/// Numbers as tables show them.
enum NumberForm {
  /// A number with about four digits behind the first.
  static func text(_ value: Double, like other: Double? = nil) -> String {
    let decimals =
      switch max(abs(other ?? value), abs(value)) {
      case ..<10: 4
      case ..<1000: 2
      default: 0
      }
    return text(value, decimals: decimals)
  }

  /// A number with a fixed count of decimals.
  static func text(_ value: Double, decimals: Int) -> String {
    let power = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
    guard value.isFinite, abs(value) * power < 1e15 else { return "\(value)" }
    let scaled = Int((abs(value) * power).rounded())
    let (whole, fraction) = scaled.quotientAndRemainder(dividingBy: Int(power))
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(whole)" }
    let digits = String(fraction)
    return "\(sign)\(whole)." + String(repeating: "0", count: decimals - digits.count) + digits
  }

  /// A duration in seconds.
  static func seconds(_ value: Double) -> String {
    text(value, decimals: value < 10 ? 3 : value < 1000 ? 1 : 0) + " s"
  }
}
