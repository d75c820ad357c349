import ArgumentParser
import Espalier

/// What is not said by a file of another program that holds parameters only.
struct ForeignOptions: ParsableArguments {
  @OptionGroup var architecture: ArchitectureOptions

  @Option(
    help: ArgumentHelp(
      """
      What is subtracted from the channels of pictures for a network of another program, whose \
      numbers it takes to be in 0...1 (default: 0).
      """, valueName: "x,x,..."))
  var mean: ChannelValues?

  @Option(
    help: ArgumentHelp(
      "What these channels are divided by afterwards (default: 1).", valueName: "x,x,..."))
  var deviation: ChannelValues?

  func validate() throws {
    if architecture.network == nil, mean != nil || deviation != nil {
      throw ValidationError("--mean and --deviation need --network; a model knows its scaling")
    }
  }

  /// The model of a file that holds parameters only.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - source: The rows that are read.
  /// - Returns: The model; nil where no network is named.
  /// - Throws: ``ToolError``, or why the file cannot be read.
  func model(_ file: String, _ source: TableSource) throws -> Model? {
    guard architecture.network != nil else { return nil }
    return try Model(
      parameters: file, of: architecture, mean: mean, deviation: deviation, source)
  }
}
