import Espalier

/// A trained network that is to be pruned, and the rows that it was trained on.
struct PruningInput {
  /// The model; its columns are those of the rows.
  let model: Model
  /// What the folder that it lies in tells of its training.
  let former: FormerTraining
  let data: LoadedData
  /// What is to be said of both, a sentence each.
  let notes: [String]
  /// The share of the rows that is held out.
  private let testFraction: Double?

  /// Reads a model, and the data in its encoding.
  ///
  /// - Parameters:
  ///   - path: The folder of a training, a file of parameters, or an ONNX file.
  ///   - foreign: What a file of another program does not say.
  ///   - data: Where the rows are.
  ///   - test: Which of them are held out.
  /// - Throws: ``ToolError``, or why a file cannot be read.
  init(
    model path: String, _ foreign: ForeignOptions, _ data: DataOptions, _ test: TestOptions
  ) throws {
    let file = try NamedNetwork.file(path)
    var model =
      try Self.unnamed(file, foreign, data)
      ?? Model.described(at: file).scalingPixels(foreign, path: file)
    let (loaded, tookColumns) = try Self.load(data, test, for: &model)
    (self.model, self.data, former) = (model, loaded, FormerTraining(model: file))
    notes = loaded.notes + (tookColumns ? [Model.columnNote] : [])
    testFraction = test.testFraction
  }

  /// A model of a file that holds parameters only: what its outputs mean follows from the target.
  private static func unnamed(
    _ file: String, _ foreign: ForeignOptions, _ data: DataOptions
  ) throws -> Model? {
    guard var model = try foreign.model(file, data.source()) else { return nil }
    let names = model.trained.classNames ?? []
    model.trained.meaning = .outputs(names: names, scales: names.map { _ in .identity })
    return model
  }

  /// The rows; a model whose columns have no names takes those of the table in their order.
  private static func load(
    _ data: DataOptions, _ test: TestOptions, for model: inout Model
  ) throws -> (data: LoadedData, tookColumns: Bool) {
    let image = model.trained.network.planes
    do {
      return (try LoadedData(data, test, encoding: model.encoding, image: image), false)
    } catch let error as DatasetError {
      guard case .columnsDiffer = error, !model.namesColumns, image == nil else { throw error }
      let loaded = try LoadedData(data, test)
      guard loaded.training.features.columnCount == model.trained.columnNames.count else {
        throw error
      }
      model.trained.columnNames = loaded.training.features.columnNames
      return (loaded, true)
    }
  }

  /// The network with its rows and how it is to be trained.
  ///
  /// - Parameters:
  ///   - recipe: How it is trained.
  ///   - seed: The seed where that of its own training is not known.
  /// - Returns: The same rows for validation as in its own training, where that is known.
  /// - Throws: `TrainingError` if they do not fit.
  func refinement(_ recipe: TrainingRecipe, seed: UInt64) throws -> Refinement {
    try Refinement(
      of: model.trained, recipe, data.training, rows: data.trainingRows,
      random: RandomSource(seed: former.seed ?? seed))
  }

  /// What is to be said where rows that judge may be ones that the network was trained on.
  ///
  /// - Parameter recipe: How it is trained now.
  /// - Returns: A sentence, or none.
  func originNotes(_ recipe: TrainingRecipe) -> [String] {
    guard former.isKnown else {
      return [
        "the model's own split is not known, so validation rows may be ones that it was trained on"
      ]
    }
    func share(_ fraction: Double?) -> String { fraction.map { "\($0)" } ?? "none" }
    let pairs = [
      ("--test-fraction", former.testFraction, testFraction),
      ("--validation-fraction", former.validationFraction, recipe.validationFraction),
    ]
    return pairs.filter { $0.1 != $0.2 }.map { option, before, now in
      "the model was trained with another \(option) (\(share(before)), now \(share(now))): some of"
        + " the rows that judge are ones that it was trained on"
    }
  }

  /// What is to be said of how the work ended.
  ///
  /// - Parameters:
  ///   - work: What it is called.
  ///   - isInterrupted: Whether it was ended early.
  ///   - isStopped: Whether that was asked for by a signal.
  /// - Returns: A sentence, or none.
  static func endNotes(of work: String, isInterrupted: Bool, isStopped: Bool) -> [String] {
    if isStopped { return ["stopped early: this is the best so far"] }
    return isInterrupted ? ["the time limit ended the \(work) early"] : []
  }
}

extension LoadedData {
  /// What a network is worth on the rows held out.
  ///
  /// - Parameter trained: The network.
  /// - Returns: The metric and its value; nil without such rows, or where it has none on them.
  func heldOutScore(of trained: TrainedNetwork) -> (metric: Metric, value: Double)? {
    if testRows.isEmpty { return nil }
    let predictions = Predictions(trained.predict(test.features, rows: testRows))
    let weights = test.weights.map { all in testRows.map { Double(all[$0]) } }
    let metric = predictions.defaultMetric
    return predictions.value(of: metric, against: test.target.subset(testRows), weights: weights)
      .map { (metric, $0) }
  }
}
