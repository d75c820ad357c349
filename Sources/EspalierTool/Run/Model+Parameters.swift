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
    var scaler = Scaler.identity(columnCount: count)
    var names = (0..<count).map { "x\($0)" }
    if network.planes != nil {
      scaler = try Self.pixelScaler(of: network, mean: mean, deviation: deviation)
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

  /// Whether it is a network for images that does not say how their pixels are scaled.
  var takesUnscaledPixels: Bool {
    guard case .outputs = trained.meaning, trained.network.planes != nil else { return false }
    return trained.scaler == .identity(columnCount: trained.columnNames.count)
  }

  /// The model with pixels brought to 0...1 and normalised, where it says nothing about them.
  ///
  /// - Parameters:
  ///   - options: What is subtracted from the channels, and what they are divided by.
  ///   - path: The file, for errors.
  /// - Returns: The model; as it is where neither is given.
  /// - Throws: ``ToolError`` if the model has a scaling of its own, or numbers do not fit.
  func scalingPixels(_ options: ForeignOptions, path: String) throws(ToolError) -> Model {
    guard options.mean != nil || options.deviation != nil else { return self }
    guard takesUnscaledPixels else {
      throw .usage("\(path): has a scaling of its own; leave --mean and --deviation out")
    }
    var model = self
    model.trained.scaler = try Self.pixelScaler(
      of: trained.network, mean: options.mean, deviation: options.deviation)
    return model
  }

  /// What brings pixels of 0...255 to 0...1, and normalises them channel by channel.
  private static func pixelScaler(
    of network: Network, mean: ChannelValues?, deviation: ChannelValues?
  ) throws(ToolError) -> Scaler {
    var scaler = Scaler.identity(columnCount: network.inputShape.elementCount)
    guard let image = network.planes else { return scaler }
    let means = try mean?.values(of: image.channels, option: "--mean")
    let deviations = try deviation?.values(of: image.channels, option: "--deviation")
    guard deviations?.allSatisfy({ $0 > 0 }) ?? true else {
      throw .usage("--deviation divides; give numbers above 0")
    }
    for column in scaler.offsets.indices {
      let channel = column / (image.height * image.width)
      scaler.offsets[column] = 255 * (means?[channel] ?? 0)
      scaler.scales[column] = 1 / (255 * (deviations?[channel] ?? 1))
    }
    return scaler
  }
}
