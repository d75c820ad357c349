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

  /// Whether any setting is given.
  var areGiven: Bool {
    importance != nil || sparsity != nil || aggregation != nil || attributionOutput != nil
      || attributionForm != nil || attributionEvery != nil || attributionSamples != nil
      || epochs != nil
  }

  /// Puts the settings given into a method.
  func apply(to method: inout SparseSelection) {
    if let importance { method.importance = importance }
    if let sparsity { method.recipe.sparsity = sparsity }
    if let aggregation { method.aggregation = aggregation }
    if let attributionOutput { method.attribution.output = attributionOutput }
    if let attributionForm { method.attribution.form = attributionForm }
    if let attributionEvery { method.attribution.interval = attributionEvery }
    if let attributionSamples { method.attribution.sampleCount = attributionSamples }
    if let epochs { method.recipe.epochCount = epochs }
  }
}
