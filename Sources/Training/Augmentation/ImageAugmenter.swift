import Datasets
import Kernels
import Networks
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Changes images at random, one after another.
///
/// It is used by one thread at a time.
final class ImageAugmenter {
  private let augmentations: [ImageAugmentation]
  private let planes: ImagePlanes
  /// Black and white.
  private let range: ClosedRange<Float>
  private let copy: FloatArena

  /// Prepares changes.
  ///
  /// - Parameters:
  ///   - augmentations: The changes, in their order.
  ///   - planes: The extents of an image.
  ///   - range: Black and white.
  init(
    _ augmentations: [ImageAugmentation], of planes: ImagePlanes, range: ClosedRange<Float>
  ) {
    (self.augmentations, self.planes, self.range) = (augmentations, planes, range)
    copy = FloatArena(count: planes.count)
  }

  /// Prepares changes for the rows of a view; nil without any.
  convenience init?(_ augmentations: [ImageAugmentation], of view: TrainingView) {
    guard !augmentations.isEmpty, let image = view.features.imageExtents else { return nil }
    let statistics = view.features.statistics(rows: view.rows)
    self.init(
      augmentations,
      of: ImagePlanes(height: image.height, width: image.width, channels: image.channels),
      range: Self.range(
        statistics.minimum.min() ?? 0, statistics.maximum.max() ?? 0))
  }

  /// Black and white of images with some smallest and largest number: 0 and 1, 0 and 255, or the
  /// numbers themselves.
  static func range(_ smallest: Float, _ largest: Float) -> ClosedRange<Float> {
    if smallest >= 0, largest <= 1 { return 0...1 }
    if smallest >= 0, largest <= 255 { return 0...255 }
    return smallest...max(smallest, largest)
  }

  /// Changes an image in place.
  ///
  /// - Parameters:
  ///   - pixels: The image, channel after channel.
  ///   - random: The source of what is drawn; every change has a stream of its own.
  func augment(_ pixels: Floats, random: RandomSource) {
    for augmentation in augmentations {
      var random = random.substream(augmentation.name)
      switch augmentation {
      case .flip:
        if random.index(below: 2) == 1 { planes.flip(pixels) }
      case .crop(let padding):
        let rows = random.index(below: 2 * padding + 1) - padding
        let columns = random.index(below: 2 * padding + 1) - padding
        copy.start.update(from: pixels, count: planes.count)
        planes.move(
          copy.start, rows: rows, columns: columns, outside: range.lowerBound, into: pixels)
      case .resizedCrop(let smallest):
        let part = planes.randomPart(smallest: smallest, using: &random)
        copy.start.update(from: pixels, count: planes.count)
        planes.enlarge(part, of: copy.start, into: pixels)
      case .jitter(let strength):
        jitter(pixels, strength: strength, using: &random)
      }
    }
  }

  private func jitter(_ pixels: Floats, strength: Float, using random: inout RandomSource) {
    var order = [0, 1, 2]
    random.shuffle(&order)
    let factors = order.indices.map { _ in random.uniform(max(0, 1 - strength), 1 + strength) }
    for kind in order {
      switch kind {
      case 0: planes.scaleBrightness(pixels, by: factors[0], within: range)
      case 1: planes.scaleContrast(pixels, by: factors[1], within: range)
      default: planes.scaleSaturation(pixels, by: factors[2], within: range)
      }
    }
  }
}

extension ImagePlanes {
  /// Draws a part of at least a share of the area, of a shape between 3:4 and 4:3.
  ///
  /// - Note: As torchvision does, ten times, and then takes the largest such part in the middle.
  func randomPart(smallest: Double, using random: inout RandomSource) -> Part {
    let (narrowest, widest) = (3.0 / 4, 4.0 / 3)
    for _ in 0..<10 {
      let wanted = Double(area) * (smallest + (1 - smallest) * random.uniform())
      let ratio = exp(log(narrowest) + (log(widest) - log(narrowest)) * random.uniform())
      let part = (
        height: Int((wanted / ratio).squareRoot().rounded()),
        width: Int((wanted * ratio).squareRoot().rounded())
      )
      guard (1...height).contains(part.height), (1...width).contains(part.width) else { continue }
      return Part(
        row: random.index(below: height - part.height + 1),
        column: random.index(below: width - part.width + 1), height: part.height,
        width: part.width)
    }
    let ratio = Double(width) / Double(height)
    var (partHeight, partWidth) = (height, width)
    if ratio < narrowest {
      partHeight = min(height, Int((Double(width) / narrowest).rounded()))
    } else if ratio > widest {
      partWidth = min(width, Int((Double(height) * widest).rounded()))
    }
    return Part(
      row: (height - partHeight) / 2, column: (width - partWidth) / 2, height: partHeight,
      width: partWidth)
  }
}
