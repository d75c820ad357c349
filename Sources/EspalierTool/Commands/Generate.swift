import ArgumentParser
import Espalier
import Foundation

/// The generators: adding one is a case and a recipe.
enum GeneratorName: String, CaseIterable, ExpressibleByArgument {
  case madelon, classification, interaction, correlated, regression, wide
}

/// `espalier generate`: data with planted truth.
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes data whose truth is known.",
    usage: "espalier generate <name> [<options>]",
    discussion: """
      Writes NAME.csv, whose column `target` is to be predicted, and
      NAME.truth.json, which says which columns matter and how the others came
      about; wide writes NAME.espalier.

      Examples:
        espalier generate correlated --rows 10000 --columns 100 --output data/
        espalier generate madelon --seed 3 --output hard.csv
        espalier generate wide --rows 200 --columns 1000000

      madelon         clusters on the corners of a cube, combinations and noise
      classification  some corners of a cube of many dimensions; 200 columns of
                      which 100 are informative, each of them weakly
      interaction     two columns that say nothing alone, everything together
      correlated      informative columns, a noisy copy of each, and noise
      regression      Friedman's first problem among noise columns
      wide            very many columns of bytes, few informative, two classes
      """)

  @Argument(help: "Which data.")
  var name: GeneratorName

  @Option(help: ArgumentHelp("The number of rows.", valueName: "n"))
  var rows: Int?

  @Option(help: ArgumentHelp("The number of columns, besides the target.", valueName: "p"))
  var columns: Int?

  @Option(
    help: ArgumentHelp(
      "The informative columns (madelon, classification, correlated, wide).", valueName: "n"))
  var informative: Int?

  @Option(
    help: ArgumentHelp(
      "The combinations of informative ones (madelon, classification).", valueName: "n"))
  var redundant: Int?

  @Option(help: ArgumentHelp("The exact copies (madelon, classification).", valueName: "n"))
  var repeated: Int?

  @Option(help: ArgumentHelp("The classes (classification).", valueName: "n"))
  var classes: Int?

  @Option(help: ArgumentHelp("The corners that a class has (classification).", valueName: "n"))
  var clusters: Int?

  @Option(
    help: ArgumentHelp(
      "Half the edge of the cube (madelon, classification), or the deviations between class means "
        + "(wide).", valueName: "s"))
  var separation: Double?

  @Option(
    help: ArgumentHelp(
      "What is added to a column, or random (classification).", valueName: "number"))
  var shift: ClassificationGenerator.ColumnConstant?

  @Option(
    help: ArgumentHelp(
      "The factor of a column, or random (classification).", valueName: "number"))
  var scale: ClassificationGenerator.ColumnConstant?

  @Option(help: ArgumentHelp("The correlation of column and copy (correlated).", valueName: "r"))
  var correlation: Double?

  @Option(
    help: ArgumentHelp(
      "The share of labels flipped (madelon, interaction) or drawn anew (classification).",
      valueName: "share"))
  var flip: Double?

  @Option(help: ArgumentHelp("The deviation of the target's noise (regression).", valueName: "s"))
  var noise: Double?

  @Option(help: "The seed of the random numbers.")
  var seed: UInt64 = 0

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The file, or the folder for NAME.csv.", valueName: "path"))
  var output = "."

  @Flag(help: "Replace files of these names.")
  var force = false

  func run() throws {
    if name == .wide { return try generateWide() }
    let generator = try generator()
    let path = try checkedFile()
    let data = try generator.generate(seed: seed)
    let truth = try data.write(to: path)
    try show(path, truth, data.truth)
  }

  private func generateWide() throws {
    try refuse(allBut: ["--informative", "--separation"])
    var generator = WideGenerator()
    generator.rowCount = rows ?? generator.rowCount
    generator.columnCount = columns ?? generator.columnCount
    generator.informativeCount = informative ?? generator.informativeCount
    generator.separation = separation ?? generator.separation
    try generator.validate()
    let path = try checkedFile()
    let truth = try generator.write(to: path, seed: seed)
    try show(path, GeneratedDataset.truthPath(for: path), truth)
  }

  private func show(_ path: String, _ truthPath: String, _ truth: PlantedTruth) throws {
    try Terminal.show(
      "\(path)  \(Wording.count(truth.rowCount, "row")), "
        + "\(Wording.count(truth.columnCount, "column")) and the target\n"
        + "\(truthPath)  \(Wording.count(truth.informative.count, "informative column"))\n")
  }

  /// The file to write, which may be replaced if it is there.
  private func checkedFile() throws -> String {
    let path = try file()
    for file in [path, GeneratedDataset.truthPath(for: path)] {
      try OutputFile.check(file, force: force)
    }
    return path
  }

  /// The file to write; its folder is made if need be.
  private func file() throws -> String {
    let suffix = name == .wide ? "." + ColumnStore.fileExtension : ".csv"
    let isFile = output.hasSuffix(suffix)
    let folder = isFile ? (output as NSString).deletingLastPathComponent : output
    if !folder.isEmpty {
      do {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw ToolError(.cannotWrite, "\(folder): cannot be made: \(Terminal.reason(of: error))")
      }
    }
    if isFile { return output }
    return (folder == "." ? "" : "\(folder)/") + name.rawValue + suffix
  }
}

extension ClassificationGenerator.ColumnConstant: ExpressibleByArgument {
  /// Reads `random` or a number.
  ///
  /// - Parameter argument: What was typed.
  public init?(argument: String) {
    if argument == "random" {
      self = .random
    } else if let number = Double(argument) {
      self = .same(number)
    } else {
      return nil
    }
  }
}

extension Generate {
  /// The generator with the settings given, its own defaults for the others.
  private func generator() throws -> any DataGenerator {
    switch name {
    case .madelon:
      try refuse(allBut: cubeOptions)
      var generator = MadelonGenerator()
      generator.rowCount = rows ?? generator.rowCount
      generator.informativeCount = informative ?? generator.informativeCount
      generator.redundantCount = redundant ?? generator.redundantCount
      generator.repeatedCount = repeated ?? generator.repeatedCount
      generator.separation = separation ?? generator.separation
      generator.flipFraction = flip ?? generator.flipFraction
      generator.noiseCount = try noiseCount(
        generator.noiseCount,
        beside: [generator.informativeCount, generator.redundantCount, generator.repeatedCount])
      return generator
    case .classification:
      try refuse(allBut: cubeOptions + ["--classes", "--clusters", "--shift", "--scale"])
      var generator = ClassificationGenerator()
      generator.rowCount = rows ?? generator.rowCount
      generator.informativeCount = informative ?? generator.informativeCount
      generator.redundantCount = redundant ?? generator.redundantCount
      generator.repeatedCount = repeated ?? generator.repeatedCount
      generator.classCount = classes ?? generator.classCount
      generator.clustersPerClass = clusters ?? generator.clustersPerClass
      generator.separation = separation ?? generator.separation
      generator.flipFraction = flip ?? generator.flipFraction
      generator.shift = shift ?? generator.shift
      generator.scale = scale ?? generator.scale
      generator.noiseCount = try noiseCount(
        generator.noiseCount,
        beside: [generator.informativeCount, generator.redundantCount, generator.repeatedCount])
      return generator
    case .interaction:
      try refuse(allBut: ["--flip"])
      var generator = InteractionGenerator()
      generator.rowCount = rows ?? generator.rowCount
      generator.columnCount = columns ?? generator.columnCount
      generator.flipFraction = flip ?? generator.flipFraction
      return generator
    case .correlated:
      try refuse(allBut: ["--informative", "--correlation"])
      var generator = CorrelatedGenerator()
      generator.rowCount = rows ?? generator.rowCount
      generator.columnCount = columns ?? generator.columnCount
      generator.informativeCount = informative ?? generator.informativeCount
      generator.correlation = correlation ?? generator.correlation
      return generator
    case .regression:
      try refuse(allBut: ["--noise"])
      var generator = RegressionGenerator()
      generator.rowCount = rows ?? generator.rowCount
      generator.columnCount = columns ?? generator.columnCount
      generator.noise = noise ?? generator.noise
      return generator
    case .wide: throw ToolError.usage("wide makes no table in memory")
    }
  }

  /// What the clusters on the corners of a cube have in common.
  private var cubeOptions: [String] {
    ["--informative", "--redundant", "--repeated", "--separation", "--flip"]
  }

  /// Refuses options that the generator does not have.
  private func refuse(allBut known: [String]) throws {
    let options: [(String, (any Sendable)?)] = [
      ("--informative", informative), ("--redundant", redundant), ("--repeated", repeated),
      ("--classes", classes), ("--clusters", clusters), ("--separation", separation),
      ("--shift", shift), ("--scale", scale), ("--correlation", correlation), ("--flip", flip),
      ("--noise", noise),
    ]
    if let option = options.first(where: { $0.1 != nil && !known.contains($0.0) }) {
      throw ToolError.usage("\(option.0) is no setting of \(name.rawValue); remove it")
    }
  }

  /// The columns of noise: what --columns leaves beside the useful ones, else the default.
  private func noiseCount(_ standard: Int, beside parts: [Int]) throws -> Int {
    guard let columns else { return standard }
    var useful = 0
    for part in parts {
      let (sum, isTooLarge) = useful.addingReportingOverflow(part)
      useful = isTooLarge ? .max : sum
    }
    guard columns >= useful else {
      throw ToolError.usage(
        "\(name.rawValue): \(columns) columns for \(useful) that are not noise; raise --columns")
    }
    let (noise, isTooLarge) = columns.subtractingReportingOverflow(useful)
    return isTooLarge ? .max : noise
  }
}
