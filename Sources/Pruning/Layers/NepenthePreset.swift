import Networks
import Training

/// How the authors of NEPENTHE train and prune a network for images.
///
///     network, data                        epochs  batch  SGD    a tenth after  decay  ζ
///     ResNet-18, CIFAR-10, Tiny-ImageNet      160    128  0.1    80, 120        1e-4   0.5
///     MobileNet-V2, the same                  160    128  0.1    80, 120        1e-4   0.1
///     Swin-T, the same                        160    128  0.001  80, 120        1e-4   0.25
///     VGG-16, the same                        160    128  0.01   80, 120        1e-4   0.5
///     all, PACS and VLCS                       30     16  0.001  24             5e-4   as above
///
/// The momentum is 0.9; a tenth of the training rows is held out. Every retraining follows the
/// schedule anew.
///
/// - Source: The appendix of EASIER, which follows EGP; arXiv:2404.16890 for ζ.
/// - Note: VGG-16 is not in the paper, its ζ is ours. LeNet-5 is in neither and gets the settings of
///   VGG-16.
public struct NepenthePreset: Hashable, Sendable {
  /// What a network is trained on.
  public enum Data: String, CaseIterable, Sendable {
    /// Many small images, as in CIFAR-10 and Tiny-ImageNet.
    case manySmallImages
    /// Few images of several domains, as in PACS and VLCS.
    case fewImages
  }

  /// How the network is pruned.
  public let method: Nepenthe
  /// How it is trained, and trained again in each iteration.
  public let recipe: TrainingRecipe

  /// Creates the settings.
  ///
  /// - Parameters:
  ///   - architecture: The network.
  ///   - data: What it is trained on.
  public init(_ architecture: ImageArchitecture, on data: Data = .manySmallImages) {
    let (rate, share): (Float, Double) =
      switch architecture {
      case .resNet18, .resNet18Small, .resNet18SmallPooled: (0.1, 0.5)
      case .mobileNetV2: (0.1, 0.1)
      case .swinTiny: (0.001, 0.25)
      case .vgg16BatchNorm, .leNet5: (0.01, 0.5)
      }
    let isSmall = data == .manySmallImages
    var recipe = TrainingRecipe()
    recipe.architecture = architecture
    (recipe.sparsity, recipe.topology, recipe.patience) = (0, .static, nil)
    recipe.epochCount = isSmall ? 160 : 30
    recipe.batchCount = isSmall ? 128 : 16
    recipe.optimizer = .sgd(
      SGD(
        learningRate: isSmall ? rate : 0.001, momentum: 0.9, weightDecay: isSmall ? 1e-4 : 5e-4))
    recipe.schedule = .milestones(isSmall ? [80, 120] : [24], factor: 0.1)
    recipe.validationFraction = 0.1
    var method = Nepenthe.published
    method.budget.prunedShare = share
    method.epochCount = recipe.epochCount
    (self.recipe, self.method) = (recipe, method)
  }
}
