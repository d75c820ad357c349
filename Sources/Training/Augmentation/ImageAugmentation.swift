import Tensors

/// A change of an image at random that leaves it what it is an image of.
///
/// It meets the rows that a network is trained on, anew in every epoch, and never those that are
/// held out. What is drawn depends on the seed, the epoch and the row alone.
///
/// - Note: The distributions are those of torchvision's `RandomHorizontalFlip`, `RandomCrop`,
///   `RandomResizedCrop` and `ColorJitter` (without hue).
public enum ImageAugmentation: Hashable, Sendable, Codable {
  /// Mirrored from left to right, one image in two.
  case flip
  /// Moved by up to so many pixels along each axis; what comes in from outside is black.
  case crop(padding: Int)
  /// A part of the image enlarged to the whole: a share of the area between `smallest` and 1, of
  /// a shape between 3:4 and 4:3.
  case resizedCrop(smallest: Double)
  /// Brightness, contrast and saturation multiplied, in random order, by factors between
  /// 1 - `strength`, but 0, and 1 + `strength`.
  case jitter(strength: Float)

  /// The name of the kind; it names the random stream, too.
  public var name: String {
    switch self {
    case .flip: "flip"
    case .crop: "crop"
    case .resizedCrop: "resized-crop"
    case .jitter: "jitter"
    }
  }

  /// The name with its number, as in `crop:4`.
  public var text: String {
    switch self {
    case .flip: name
    case .crop(let padding): "\(name):\(padding)"
    case .resizedCrop(let smallest): "\(name):\(smallest)"
    case .jitter(let strength): "\(name):\(strength)"
    }
  }
}

extension TrainingRecipe {
  /// Checks the numbers of the augmentations, and that each stands there once.
  ///
  /// - Throws: ``TrainingError/badSetting(name:value:range:)`` for the first that will not do.
  func checkAugmentations() throws(TrainingError) {
    for (place, augmentation) in augmentations.enumerated() {
      guard !augmentations[..<place].contains(where: { $0.name == augmentation.name }) else {
        throw .badSetting(
          name: "the augmentation", value: "\(augmentation.name) twice", range: "there once")
      }
      let (isGood, name, value, range) =
        switch augmentation {
        case .flip: (true, "", "", "")
        case .crop(let padding):
          (padding >= 1, "the padding of the crop", "\(padding)", "at least 1 pixel")
        case .resizedCrop(let smallest):
          (
            smallest > 0 && smallest <= 1, "the smallest resized crop", "\(smallest)",
            "above 0 and at most 1"
          )
        case .jitter(let strength):
          (
            strength > 0 && strength <= 1, "the strength of the jitter", "\(strength)",
            "above 0 and at most 1"
          )
        }
      guard isGood else { throw .badSetting(name: name, value: value, range: range) }
    }
  }

  /// Checks that rows are images, and large enough.
  ///
  /// - Parameters:
  ///   - image: The extents of an image; nil where rows are none.
  ///   - columnCount: The columns of a row.
  /// - Throws: ``TrainingError`` if they are not.
  func checkAugmentations(
    of image: (height: Int, width: Int, channels: Int)?, columnCount: Int
  ) throws(TrainingError) {
    guard let first = augmentations.first else { return }
    guard let image else {
      throw .network(
        "\(first.name) changes images, but the \(columnCount) columns are no image; train without"
          + " augmentation")
    }
    for case .crop(let padding) in augmentations where padding >= min(image.height, image.width) {
      throw .badSetting(
        name: "the padding of the crop", value: "\(padding)",
        range: "below the extents of the images, \(image.height)x\(image.width)")
    }
  }
}
