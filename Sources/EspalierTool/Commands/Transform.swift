import ArgumentParser
import Espalier

/// `espalier transform`: the chosen columns of other data.
struct Transform: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes the chosen columns of other data.",
    usage: "espalier transform <result> <data> ... --output <file>",
    discussion: """
      Examples:
        espalier transform runs/demo new.csv --output small.csv
        espalier transform runs/demo new.csv --target class --output small.csv

      Columns are found by name.
      """)

  @Argument(help: "The folder of a run, or its result.json.")
  var result: String

  @Argument(help: "The data; several files become one table.")
  var data: [String]

  @Option(help: "A column to carry along as the last one, by name or 0-based index.")
  var target: String?

  @Option(
    name: [.short, .long], help: ArgumentHelp("The CSV file to write.", valueName: "file"))
  var output: String

  @Flag(help: "Replace a file of this name.")
  var force = false

  func run() throws {
    let chosen = try ChosenColumns(path: result)
    try chosen.check(targets: target.map { [$0] } ?? [])
    if data.contains(where: { isSameFile($0, output) }) {
      throw ToolError.usage("\(output): is one of the inputs; give --output another name")
    }
    try OutputFile.check(output, force: force)
    var source = TableSource(paths: data)
    source.reading.decoder = .inOtherProcess
    let table = try source.readTable()
    let positions = ColumnPositions(table.columnNames)
    var columns = try chosen.positions(among: table.columnNames, path: data[0])
    if let target {
      guard let position = positions.find(target) else {
        throw DatasetError.columnNotFound(path: data[0], name: target, known: table.columnNames)
      }
      columns.append(position)
    } else if let label = table.labelColumns.first.flatMap(positions.find) {
      columns.append(label)
    }
    try ColumnStore.check(table, columns: columns, path: data[0])
    try CSVWriter.write(table, columns: columns, to: output)
    let count = chosen.names.count
    try Terminal.show(
      "\(output)  \(Wording.count(table.rowCount, "row")), \(Wording.count(count, "column"))"
        + (columns.count == count ? "\n" : " and the target\n"))
  }
}
