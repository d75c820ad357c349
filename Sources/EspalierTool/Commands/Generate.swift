import ArgumentParser
import Espalier
import Foundation

/// The generators: adding one is a case and a recipe.
enum GeneratorName: String, CaseIterable, ExpressibleByArgument {
  case madelon, interaction, correlated, regression
}

/// `espalier generate`: data with planted truth.
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes data whose truth is known.",
    usage: "espalier generate <name> [<options>]",
    discussion: """
      Writes NAME.csv, whose column `target` is to be predicted, and
      NAME.truth.json, which says which columns matter and how the others came
      about.

      Examples:
        espalier generate correlated --rows 10000 --columns 100 --output data/
        espalier generate madelon --seed 3 --output hard.csv

      madelon      clusters on the corners of a cube, combinations and noise
      interaction  two columns that say nothing alone, everything together
      correlated   informative columns, a noisy copy of each, and noise
      regression   Friedman's first problem among noise columns
      """)

  @Argument(help: "Which data.")
  var name: GeneratorName

  @Option(help: ArgumentHelp("The number of rows.", valueName: "n"))
  var rows: Int?

  @Option(help: ArgumentHelp("The number of columns, besides the target.", valueName: "p"))
  var columns: Int?

  @Option(help: ArgumentHelp("The informative columns (madelon, correlated).", valueName: "n"))
  var informative: Int?

  @Option(help: ArgumentHelp("The combinations of informative ones (madelon).", valueName: "n"))
  var redundant: Int?

  @Option(help: ArgumentHelp("The exact copies (madelon).", valueName: "n"))
  var repeated: Int?

  @Option(help: ArgumentHelp("The correlation of column and copy (correlated).", valueName: "r"))
  var correlation: Double?

  @Option(
    help: ArgumentHelp("The share of labels flipped (madelon, interaction).", valueName: "share"))
  var flip: Double?

  @Option(help: ArgumentHelp("The deviation of the target's noise (regression).", valueName: "s"))
  var noise: Double?

  @Option(help: "The seed of the random numbers.")
  var seed: UInt64 = 0

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The CSV file, or the folder for NAME.csv.", valueName: "path"))
  var output = "."

  @Flag(help: "Replace files of these names.")
  var force = false

  func run() throws {
    let generator = try generator()
    let path = try file()
    for file in [path, GeneratedDataset.truthPath(for: path)] {
      try OutputFile.check(file, force: force)
    }
    let data = try generator.generate(seed: seed)
    let truth = try data.write(to: path)
    let features = data.dataset.features
    try Terminal.show(
      "\(path)  \(Wording.count(features.rowCount, "row")), "
        + "\(Wording.count(features.columnCount, "column")) and the target\n"
        + "\(truth)  \(Wording.count(data.truth.informative.count, "informative column"))\n")
  }

  /// The file to write; its folder is made if need be.
  private func file() throws -> String {
    let isFile = output.hasSuffix(".csv")
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
    return folder == "." ? "\(name.rawValue).csv" : "\(folder)/\(name.rawValue).csv"
  }
}

extension Generate {
  /// The generator with the settings given, its own defaults for the others.
  private func generator() throws -> any DataGenerator {
    switch name {
    case .madelon:
      try refuse([("--correlation", correlation), ("--noise", noise)])
      var generator = MadelonGenerator()
      generator.rowCount = rows ?? generator.rowCount
      generator.informativeCount = informative ?? generator.informativeCount
      generator.redundantCount = redundant ?? generator.redundantCount
      generator.repeatedCount = repeated ?? generator.repeatedCount
      generator.flipFraction = flip ?? generator.flipFraction
      if let columns { generator.noiseCount = try noiseCount(of: generator, columns: columns) }
      return generator
    case .interaction:
      try refuse(counts + [("--correlation", correlation), ("--noise", noise)])
      var generator = InteractionGenerator()
      generator.rowCount = rows ?? generator.rowCount
      generator.columnCount = columns ?? generator.columnCount
      generator.flipFraction = flip ?? generator.flipFraction
      return generator
    case .correlated:
      try refuse(counts.dropFirst() + [("--flip", flip), ("--noise", noise)])
      var generator = CorrelatedGenerator()
      generator.rowCount = rows ?? generator.rowCount
      generator.columnCount = columns ?? generator.columnCount
      generator.informativeCount = informative ?? generator.informativeCount
      generator.correlation = correlation ?? generator.correlation
      return generator
    case .regression:
      try refuse(counts + [("--flip", flip), ("--correlation", correlation)])
      var generator = RegressionGenerator()
      generator.rowCount = rows ?? generator.rowCount
      generator.columnCount = columns ?? generator.columnCount
      generator.noise = noise ?? generator.noise
      return generator
    }
  }

  private var counts: [(String, (any Sendable)?)] {
    [("--informative", informative), ("--redundant", redundant), ("--repeated", repeated)]
  }

  /// Refuses options that the generator does not have.
  private func refuse(_ options: some Sequence<(String, (any Sendable)?)>) throws {
    if let option = options.first(where: { $0.1 != nil }) {
      throw ToolError.usage("\(option.0) is no setting of \(name.rawValue); remove it")
    }
  }

  private func noiseCount(of generator: MadelonGenerator, columns: Int) throws -> Int {
    let (redundant, repeated) = (generator.redundantCount, generator.repeatedCount)
    let useful = generator.informativeCount + redundant + repeated
    guard columns >= useful else {
      throw ToolError.usage(
        "madelon: \(columns) columns for \(useful) that are not noise; raise --columns")
    }
    return columns - useful
  }
}
