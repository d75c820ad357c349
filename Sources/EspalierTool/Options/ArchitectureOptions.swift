import ArgumentParser
import Espalier

/// A network by its name, where no file describes it.
struct ArchitectureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The network, without a file or where the file holds parameters only: mlp:1000-100.",
      valueName: "shape"))
  var network: String?

  @Option(help: ArgumentHelp("The outputs of that network.", valueName: "n"))
  var classes: Int?

  @Option(help: ArgumentHelp("The input columns of that network.", valueName: "n"))
  var inputs: Int?

  func validate() throws {
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
