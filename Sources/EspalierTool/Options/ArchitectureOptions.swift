import ArgumentParser
import Espalier

/// A network by its name, where no file describes it.
struct ArchitectureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The network, without a file or where the file holds parameters only: mlp:1000-100, or \
      \(ImageArchitecture.names).
      """, valueName: "shape"))
  var network: String?

  @Option(help: ArgumentHelp("The outputs of that network.", valueName: "n"))
  var classes: Int?

  @Option(help: ArgumentHelp("The input columns of that network.", valueName: "n"))
  var inputs: Int?

  @Option(
    help: ArgumentHelp(
      "The images of that network (default: those of its publication).", valueName: "HxWxC"))
  var image: ImageExtents?

  @Option(
    help: ArgumentHelp(
      "What the channels of a network for images are multiplied by.", valueName: "factor"))
  var width = 1.0

  func validate() throws {
    guard width > 0, width <= 16 else {
      throw ValidationError("--width is \(width), but must be above 0 and at most 16")
    }
    if network == nil && (classes != nil || inputs != nil) {
      throw ValidationError("--classes and --inputs need --network; name it")
    }
    for (name, count) in [("--classes", classes), ("--inputs", inputs)] {
      if let count, !(1...1_000_000).contains(count) {
        throw ValidationError("\(name) is \(count), but must be in 1...1000000")
      }
    }
  }

  /// The network that is named, with random parameters; nil where none is.
  func named() throws -> Network? {
    guard let network else { return nil }
    if let architecture = ImageArchitecture(rawValue: network) {
      guard let classes else {
        throw ToolError.usage("--network \(network) needs --classes; give their number")
      }
      guard inputs == nil else {
        throw ToolError.usage("--network \(network) takes images; give --image, not --inputs")
      }
      do {
        return try architecture.network(
          classCount: classes, imageShape: image?.shape, width: width)
      } catch {
        throw ToolError.usage("--network \(network): \(error)")
      }
    }
    let hidden = try NetworkOptions.hiddenCounts(network)
    guard let inputs, let classes else {
      throw ToolError.usage("--network \(network) needs --inputs and --classes; give both")
    }
    guard hidden.allSatisfy({ $0 <= 1_000_000 }) else {
      throw ToolError.usage("--network \(network): a layer has at most 1000000 units")
    }
    return .multilayerPerceptron(
      inputCount: inputs, hidden: hidden, outputCount: classes, random: RandomSource(seed: 0))
  }
}
