import ArgumentParser
import Espalier

/// What is not said by a file of another program: of one that holds parameters only the network,
/// and how pixels are scaled.
struct ForeignOptions: ParsableArguments {
  @OptionGroup var architecture: ArchitectureOptions

  @Option(
    help: ArgumentHelp(
      """
      What is subtracted from the channels of pictures for a network of another program, brought \
      to 0...1 before (default: 0). An ONNX file gets them as they are without.
      """, valueName: "x,x,..."))
  var mean: ChannelValues?

  @Option(
    help: ArgumentHelp(
      "What these channels are divided by afterwards (default: 1).", valueName: "x,x,..."))
  var deviation: ChannelValues?

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
