import ArgumentParser
import Espalier

extension Importance: ExpressibleByArgument {}
extension ImportanceAggregation: ExpressibleByArgument {}
extension AttributionSettings.Output: ExpressibleByArgument {}
extension AttributionSettings.Form: ExpressibleByArgument {}

/// The settings of the methods that train a sparse network, each one optional.
struct SparseOptions: ParsableArguments {
  @Option(help: "What counts: the weights of a column, or how the outputs react to it.")
  var importance: Importance?

  @Option(help: ArgumentHelp("The share of the weights that do not exist.", valueName: "share"))
  var sparsity: Double?

  @Option(help: "Which part of the training counts.")
  var aggregation: ImportanceAggregation?

  @Option(help: "The outputs that an attribution explains.")
  var attributionOutput: AttributionSettings.Output?

  @Option(help: "What an attribution sums.")
  var attributionForm: AttributionSettings.Form?

  @Option(help: ArgumentHelp("Attribute in every n-th step only.", valueName: "n"))
  var attributionEvery: Int?

  @Option(help: ArgumentHelp("The rows of a batch that are attributed.", valueName: "n"))
  var attributionSamples: Int?

  @Option(help: ArgumentHelp("The largest number of epochs.", valueName: "n"))
  var epochs: Int?

  /// The settings that are given.
  var given: [String] {
    let settings = [
      ("--importance", importance != nil), ("--sparsity", sparsity != nil),
      ("--aggregation", aggregation != nil), ("--attribution-output", attributionOutput != nil),
      ("--attribution-form", attributionForm != nil),
      ("--attribution-every", attributionEvery != nil),
      ("--attribution-samples", attributionSamples != nil), ("--epochs", epochs != nil),
    ]
    return settings.filter(\.1).map(\.0)
  }

  /// The method with the settings given.
  func method(
    _ topology: SparseSelection.Topology, _ training: TrainingOptions
  ) throws -> SparseSelection {
    let importance = importance ?? .strength
    let explains =
      attributionOutput != nil || attributionForm != nil || attributionEvery != nil
      || attributionSamples != nil
    if importance == .strength && explains {
      throw ToolError.usage(
        "settings of the attribution are given, but strength counts; give --importance attribution")
    }
    let preset = try training.preset(
      among: [.standard, .paper240804583], of: topology.rawValue)
    var method = SparseSelection(
      topology, importance: importance, preset: preset == .standard ? .standard : .published)
    method.sparsity = sparsity
    method.epochCount = epochs
    method.hiddenCounts = training.hidden?.counts
    method.batchCount = training.batch
    method.learningRate = training.learningRate
    method.weightDecay = training.weightDecay
    method.patience = training.patience
    method.validationFraction = training.validationFraction
    method.scaling = training.scale
    method.balancesClasses = training.classWeight == .balanced
    method.aggregation = aggregation
    if let attributionOutput { method.attribution.output = attributionOutput }
    if let attributionForm { method.attribution.form = attributionForm }
    if let attributionEvery { method.attribution.interval = attributionEvery }
    method.attribution.sampleCount = attributionSamples
    return method
  }
}
