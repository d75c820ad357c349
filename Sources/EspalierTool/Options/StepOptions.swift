import ArgumentParser
import Espalier

extension DecayedParameters: ExpressibleByArgument {}

/// What a step of training does besides moving weights.
struct StepOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      How training images are changed at random, in this order: flip, crop:4 (moved by up to 4 \
      pixels), resized-crop:0.5 (at least half of the area), jitter:0.4 (brightness, contrast, \
      saturation); anew in every epoch.
      """, valueName: "kind,kind,..."))
  var augment: String?

  @Option(
    help: """
      What the weight decay acts on: weights alone, or biases and the scales and shifts of \
      normalisations as well (default: weights).
      """)
  var decay: DecayedParameters?

  @Flag(
    help: """
      Compute activations of a step again, block by block, instead of keeping them: less memory, \
      more time, the same numbers.
      """)
  var saveMemory = false

  /// Puts the settings given into a recipe.
  ///
  /// - Parameter recipe: The recipe.
  /// - Throws: ``ToolError`` for an augmentation that there is not.
  func apply(to recipe: inout TrainingRecipe) throws {
    if let augment { recipe.augmentations = try Self.augmentations(augment) }
    if let decay { recipe.decay = decay }
    recipe.savesMemory = saveMemory
  }

  /// The augmentations of a list.
  static func augmentations(_ list: String) throws -> [ImageAugmentation] {
    try list.split(separator: ",", omittingEmptySubsequences: false).map { item in
      let parts = item.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        .map(String.init)
      func refusal(_ reason: String) -> ToolError { .usage("--augment \(list): \(reason)") }
      func number<Number: LosslessStringConvertible>(_ standard: Number) throws -> Number {
        guard parts.count == 2 else { return standard }
        guard let number = Number(parts[1]) else {
          throw refusal("'\(parts[1])' of \(parts[0]) is no number, as in \(parts[0]):\(standard)")
        }
        return number
      }
      switch parts[0] {
      case "flip":
        guard parts.count == 1 else { throw refusal("flip takes no number") }
        return .flip
      case "crop": return .crop(padding: try number(4))
      case "resized-crop": return .resizedCrop(smallest: try number(0.08))
      case "jitter": return .jitter(strength: try number(0.4))
      default:
        throw refusal(
          "no augmentation '\(parts[0])'; there are flip, crop:4, resized-crop:0.08 and jitter:0.4")
      }
    }
  }
}
