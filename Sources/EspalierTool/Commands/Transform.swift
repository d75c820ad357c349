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

      Columns are found by name; by index where the data of the result had no names.
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

  func run() throws {
    let chosen = try ChosenColumns(path: result)
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
    var source = TableSource(paths: data, target: target.map(TargetLocation.column) ?? .unspecified)
    source.columns = .only(chosen.names)
    do {
      return try source.readTable()
    } catch {
      // The data may have names of their own where those of the result were made up.
      guard case .columnNotFound = error, chosen.hasMadeUpNames else { throw error }
      source.columns = .all
      return try source.readTable()
    }
  }
}
