import ArgumentParser
import Espalier

extension TargetTask: ExpressibleByArgument {}
extension MissingPolicy: ExpressibleByArgument {}
extension HeaderLine: ExpressibleByArgument {}

/// The format of the data files: a name, or found by content.
struct FormatChoice: ExpressibleByArgument {
  var format: FileFormat?

  init?(argument: String) {
    format = FileFormat(rawValue: argument)
    if format == nil && argument != "auto" { return nil }
  }

  init() {}

  var defaultValueDescription: String { format?.rawValue ?? "auto" }

  static var allValueStrings: [String] { ["auto"] + FileFormat.allCases.map(\.rawValue) }
}

/// A verb that cannot do without data.
protocol NeedsData: ParsableCommand {
  var data: DataOptions { get }
}

extension Convert: NeedsData {}
extension Evaluate: NeedsData {}
extension Predict: NeedsData {}
extension PruneLayers: NeedsData {}
extension PruneUnits: NeedsData {}
extension Select: NeedsData {}
extension Train: NeedsData {}

/// Where the data are and what is to be predicted from them.
struct DataOptions: ParsableArguments {
  @Argument(
    help: """
      The data: text with commas, tabs, semicolons or blanks between cells, ARFF, LIBSVM, IDX, \
      NPY, CIFAR's binary files, tar archives of images (all also gzipped), NPZ, MAT, HDF5, a \
      column store, or a folder of images. Several become one table.
      """)
  var data: [String] = []

  @Option(
    help: ArgumentHelp(
      "The column to predict, by name or 0-based index; repeat for several.",
      valueName: "column"))
  var target: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      The features in a file of several arrays (MAT, NPZ, HDF5), or the group that they are in; of \
      a folder of images the part, such as train.
      """, valueName: "name"))
  var variable: String?

  @Flag(
    help: """
      The samples are the columns of a text table, whose lines then begin with the name of a \
      feature or of the target, or of an array (its last axis).
      """)
  var transpose = false

  @Option(
    help: ArgumentHelp(
      "The size that images are brought to, such as 32x32; otherwise that of most.",
      valueName: "size"))
  var imageSize: ImageSize?

  @Flag(help: "Leave out images that cannot be read, and name the first of them.")
  var skipBad = false

  @Option(help: "A file with the labels of all rows: IDX, or one value per line.")
  var labels: String?

  @Option(help: "The format of the data; auto finds it by content.")
  var format = FormatChoice()

  @Option(help: "Whether the first line of a text file names the columns; auto tells by content.")
  var header: HeaderLine = .auto

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
    help: ArgumentHelp(
      "A column of numbers that are categories, by name or index; repeat for several.",
      valueName: "column"))
  var categorical: [String] = []

  @Option(
    help: """
      What becomes of missing cells: the median or most frequent value of the training rows, with \
      an indicator column, or an error. Rows without a target are left out, or an error.
      """)
  var missing: MissingPolicy = .impute

  func validate() throws {
    if !target.isEmpty && labels != nil {
      throw ValidationError("--target and --labels exclude each other; give one")
    }
    if let name = target.indices.first(where: { target[..<$0].contains(target[$0]) }) {
      throw ValidationError("--target names '\(target[name])' twice; remove one")
    }
  }

  /// The source of the table.
  func source() -> TableSource {
    var source = TableSource(paths: data, target: location(labels: labels))
    source.weight = weight
    source.subject = groupColumn
    source.categorical = categorical
    source.leavesOutUnlabelled = missing == .impute
    source.refusesMissing = missing == .error
    source.reading = reading
    return source
  }

  /// How files are read whose content leaves a choice.
  var reading: ReadingOptions {
    var reading = ReadingOptions()
    reading.header = header
    reading.format = format.format
    reading.variable = variable
    reading.isTransposed = transpose
    reading.imageSize = imageSize.map { ($0.height, $0.width) }
    reading.expectsPictures = imageSize != nil
    reading.skipsBadImages = skipBad
    reading.decoder = .inOtherProcess
    return reading
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
