import Espalier

extension Model {
  /// Makes a model of a file that holds parameters only.
  ///
  /// The classes are called by their numbers. Pixels are brought from 0...255 to 0...1 and then
  /// normalised; the columns of a table are taken as they are, in their order.
  ///
  /// - Parameters:
  ///   - path: The file; its tensors are found by name, and must have the shapes of the network.
  ///   - architecture: The network.
  ///   - mean: What is subtracted from each channel; nil for 0.
  ///   - deviation: What each channel is divided by; nil for 1.
  ///   - source: The rows to predict.
  /// - Throws: ``ToolError``, or why the file cannot be read, with all misfits.
  init(
    parameters path: String, of architecture: ArchitectureOptions, mean: ChannelValues?,
    deviation: ChannelValues?, _ source: TableSource
  ) throws {
    let network = try NamedNetwork(path: path, architecture).network.readingPlanes()
    let count = network.inputShape.elementCount
    var scaler = Scaler(
      offsets: [Float](repeating: 0, count: count), scales: [Float](repeating: 1, count: count))
    var names = (0..<count).map { "x\($0)" }
    if let image = network.planes {
      let means = try mean?.values(of: image.channels, option: "--mean")
      let deviations = try deviation?.values(of: image.channels, option: "--deviation")
      guard deviations?.allSatisfy({ $0 > 0 }) ?? true else {
        throw ToolError.usage("--deviation divides; give numbers above 0")
      }
      for column in 0..<count {
        let channel = column / (image.height * image.width)
        scaler.offsets[column] = 255 * (means?[channel] ?? 0)
        scaler.scales[column] = 1 / (255 * (deviations?[channel] ?? 1))
      }
    } else {
      guard mean == nil, deviation == nil else {
        throw ToolError.usage("--mean and --deviation are for networks for images")
      }
      names = try source.columnNames(for: count)
    }
    self.init(
      trained: TrainedNetwork(
        network: network, scaler: scaler, columnNames: names,
        meaning: .classes(names: (0..<network.outputShape.elementCount).map { "\($0)" }),
        epochs: [], bestEpoch: 0, cost: TrainingCost(network, rowCount: 0), isInterrupted: false,
        notes: []),
      encoding: Encoding(plain: names), targetNames: ["prediction"])
  }
}
