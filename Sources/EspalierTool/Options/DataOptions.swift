import ArgumentParser
import Espalier

extension TargetTask: ExpressibleByArgument {}
extension MissingPolicy: ExpressibleByArgument {}

/// Where the data are and what is to be predicted from them.
struct DataOptions: ParsableArguments {
  @Argument(
    help: """
      The data: CSV or TSV with a header line, IDX (both also gzipped) or MAT version 5. \
      Several files become one table.
      """)
  var data: [String]

  @Option(
    help: ArgumentHelp(
      "The column to predict, by name or 0-based index; repeat for several.",
      valueName: "column"))
  var target: [String] = []

  @Option(help: "A file with the labels of all rows: IDX, or one value per line.")
  var labels: String?

  @Option(help: "Whether the target is a class or a number.")
  var task: TargetTask = .automatic

  @Option(
    help: ArgumentHelp(
      "The column that says how much each row counts, by name or index.", valueName: "column"))
  var weight: String?

  @Option(
    help: ArgumentHelp(
      """
      The column that says what each row was measured on, such as a patient: its rows never stand \
      on both sides of a split.
      """, valueName: "column"))
  var groupColumn: String?

  @Option(
    help: """
      What becomes of missing cells: the median or most frequent value of the training rows, with \
      an indicator column, or an error.
      """)
  var missing: MissingPolicy = .impute

  func validate() throws {
    if !target.isEmpty && labels != nil {
      throw ValidationError("--target and --labels exclude each other; give one")
    }
  }

  /// The source of the table.
  func source() -> TableSource {
    var source = TableSource(paths: data, target: location(labels: labels))
    source.weight = weight
    source.subject = groupColumn
    return source
  }

  /// Where the target is in a file whose labels may lie in another one.
  func location(labels: String?) -> TargetLocation {
    if let labels { return .labelFile(labels) }
    return target.isEmpty ? .unspecified : .columns(target)
  }

  /// What the data are called in results.
  var title: String {
    let name = data.first.map { String($0.split(separator: "/").last ?? "") } ?? ""
    return data.count > 1 ? "\(name) and \(data.count - 1) more" : name
  }
}
