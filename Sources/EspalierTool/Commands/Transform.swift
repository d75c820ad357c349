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
    try chosen.check(target: target)
    if data.contains(where: { isSameFile($0, output) }) {
      throw ToolError.usage("\(output): is one of the inputs; give --output another name")
    }
    try OutputFile.check(output, force: force)
    let table = try read(chosen)
    let columns = try chosen.positions(among: table.features.columnNames, path: data[0])
    try CSVWriter.write(table, columns: columns, to: output)
    try Terminal.show(
      "\(output)  \(Wording.count(table.features.rowCount, "row")), "
        + Wording.count(columns.count, "column")
        + (table.labels == nil ? "\n" : " and the target\n"))
  }

  /// Reads the columns that are needed, so that others may hold anything.
  private func read(_ chosen: ChosenColumns) throws -> Table {
    try TableSource(
      paths: data, target: target.map(TargetLocation.column) ?? .unspecified,
      columns: .only(chosen.names)
    ).readTable()
  }
}
