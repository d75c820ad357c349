import Datasets
import Networks
import Synchronization
import Tensors
import Testing

@testable import Training

@Suite("Augmentation of images")
struct ImageAugmentationTests {
  /// Numbers of an image of 3x4 pixels in so many channels.
  private func image(_ channels: Int = 3) -> FloatArena {
    let arena = FloatArena(count: channels * 12)
    for place in 0..<arena.count { arena.start[place] = Float(place * 37 % 256) }
    return arena
  }

  private func numbers(_ arena: FloatArena) -> [Float] {
    Array(UnsafeBufferPointer(start: arena.start, count: arena.count))
  }

  private func planes(_ channels: Int = 3) -> ImagePlanes {
    ImagePlanes(height: 3, width: 4, channels: channels)
  }

  @Test("A mirrored image has its columns in reverse order")
  func flip() {
    let image = image(1)
    planes(1).flip(image.start)
    #expect(numbers(image) == [111, 74, 37, 0, 3, 222, 185, 148, 151, 114, 77, 40])
  }

  @Test("A moved image shows what is there, and black elsewhere")
  func move() {
    let (image, moved) = (image(1), FloatArena(count: 12))
    planes(1).move(image.start, rows: 1, columns: 2, outside: -1, into: moved.start)
    #expect(numbers(moved) == [222, 3, -1, -1, 114, 151, -1, -1, -1, -1, -1, -1])
    planes(1).move(image.start, rows: -2, columns: -1, outside: 9, into: moved.start)
    #expect(numbers(moved) == [9, 9, 9, 9, 9, 9, 9, 9, 9, 0, 37, 74])
    planes(1).move(image.start, rows: 3, columns: 0, outside: 9, into: moved.start)
    #expect(numbers(moved) == [Float](repeating: 9, count: 12))
    planes(1).move(image.start, rows: 0, columns: -4, outside: 9, into: moved.start)
    #expect(numbers(moved) == [Float](repeating: 9, count: 12))
  }

  // x = torch.tensor([i * 37 % 256 for i in range(36)], dtype=torch.float32).reshape(3, 3, 4) / 255
  // from torchvision.transforms.v2 import functional as T  (0.28), the result times 255
  @Test("An enlarged part, brightness, contrast and saturation are those of torchvision")
  func golden() {
    func expect(_ image: FloatArena, _ wanted: [Float], _ what: Comment) {
      for (found, wanted) in zip(numbers(image), wanted) {
        #expect(abs(found - wanted) < 0.01, what)
      }
    }
    let part = FloatArena(count: 36)
    // T.resized_crop(x, 1, 1, 2, 3, [3, 4], antialias=True)
    planes().enlarge(
      .init(row: 1, column: 1, height: 2, width: 3), of: image().start, into: part.start)
    expect(
      part,
      [
        185, 208.125, 139.875, 3, 131, 154.125, 133.875, 77, 77, 100.125, 127.875, 151, 117,
        140.125, 167.875, 191, 63, 86.125, 113.875, 137, 9, 32.125, 59.875, 83, 49, 72.125, 99.875,
        123, 123, 146.125, 125.875, 69, 197, 220.125, 151.875, 15,
      ], "resized crop")
    let bright = image()  // T.adjust_brightness(x, 1.3)
    planes().scaleBrightness(bright.start, by: 1.3, within: 0...255)
    expect(bright, [0, 48.1, 96.2, 144.3, 192.4, 240.5, 255, 3.9, 52, 100.1, 148.2], "brightness")
    let flat = image()  // T.adjust_contrast(x, 0.6)
    planes().scaleContrast(flat.start, by: 0.6, within: 0...255)
    expect(flat, [44.38, 66.58, 88.78, 110.98, 133.18, 155.38, 177.58, 46.18], "contrast")
    let grey = image(1)  // T.adjust_contrast(x[:1], 1.5)
    planes(1).scaleContrast(grey.start, by: 1.5, within: 0...255)
    expect(
      grey,
      [0, 7.083, 62.583, 118.083, 173.583, 229.083, 255, 0, 11.583, 67.083, 122.583, 178.083],
      "contrast of grey")
    let colourful = image()  // T.adjust_saturation(x, 1.4)
    planes().scaleSaturation(colourful.start, by: 1.4, within: 0...255)
    expect(
      colourful,
      [
        0, 0, 84.497, 121.499, 170.174, 207.175, 244.177, 0, 0, 87.497, 124.499, 173.174, 213.586,
        250.587, 0, 26.299, 74.974, 111.975, 148.977, 216.586, 253.587, 0, 29.299, 77.974,
      ], "saturation")
    let unchanged = image(1)
    planes(1).scaleSaturation(unchanged.start, by: 1.4, within: 0...255)
    #expect(numbers(unchanged) == numbers(image(1)))
  }

  @Test("Parts are inside the image, of the areas and shapes that are wanted, and spread")
  func parts() {
    var random = RandomSource(seed: 5)
    let planes = ImagePlanes(height: 40, width: 60, channels: 1)
    var areas: [Double] = []
    for _ in 0..<2000 {
      let part = planes.randomPart(smallest: 0.3, using: &random)
      #expect(part.row >= 0 && part.column >= 0)
      #expect(part.row + part.height <= 40 && part.column + part.width <= 60)
      let ratio = Double(part.width) / Double(part.height)
      #expect(ratio > 0.7 && ratio < 1.4)
      areas.append(Double(part.height * part.width) / 2400)
    }
    #expect(areas.allSatisfy { $0 > 0.28 && $0 < 1 })
    #expect(areas.contains { $0 < 0.35 } && areas.contains { $0 > 0.75 })
    // No such part: the largest one in the middle.
    let line = ImagePlanes(height: 2, width: 100, channels: 1)
    #expect(
      line.randomPart(smallest: 1, using: &random)
        == .init(row: 0, column: 48, height: 2, width: 3))
  }

  @Test("What black and white are follows from the numbers")
  func ranges() {
    #expect(ImageAugmenter.range(0, 1) == 0...1)
    #expect(ImageAugmenter.range(0, 200) == 0...255)
    #expect(ImageAugmenter.range(-2, 3) == -2...3)
  }

  // MARK: Batches

  private let all: [ImageAugmentation] = [
    .flip, .crop(padding: 2), .resizedCrop(smallest: 0.5), .jitter(strength: 0.4),
  ]

  private func view(_ data: Dataset) -> TrainingView {
    let rows = Array(0..<data.rowCount)
    return TrainingView(data, rows: rows, scaling: .standard, fittingRows: rows)
  }

  @Test("A batch holds what the epoch and its rows say, whatever the order and the thread")
  func batches() throws {
    let data = makeImages()
    let view = view(data)
    let width = data.features.columnCount
    let source = RandomSource(seed: 9)
    func images(_ order: UInt64, epoch: Int) -> [[Float]] {
      let batches = SampleBatches(view, batchCount: 8, augmentations: all, random: source)
      batches.random = RandomSource(seed: order)
      batches.shuffle(epoch: epoch)
      var found = [[Float]](repeating: [], count: view.rowCount)
      for batch in 0..<batches.countPerEpoch {
        batches.take(batch) { rows in
          for (place, row) in rows.enumerated() {
            found[row] = (0..<width).map { batches.block.start[place * width + $0] }
          }
        }
      }
      return found
    }
    let first = images(1, epoch: 3)
    #expect(first == images(2, epoch: 3))
    #expect(zip(first, images(1, epoch: 4)).allSatisfy { $0 != $1 })
    // One by one and without a thread.
    let augmenter = try #require(ImageAugmenter(all, of: view))
    let pixels = FloatArena(count: width)
    for row in 0..<view.rowCount {
      let raw = data.features.gathered(rows: [row], columns: Array(0..<width))
      pixels.start.update(from: raw, count: width)
      augmenter.augment(
        pixels.start,
        random: source.substream("augmentation").substream("epoch", 3).substream("row", row))
      let scaled = (0..<width).map {
        (pixels.start[$0] - view.scaler.offsets[$0]) * view.scaler.scales[$0]
      }
      #expect(scaled == first[row])
    }
  }

  @Test("Another augmentation shifts no numbers of the first")
  func streams() {
    let planes = ImagePlanes(height: 3, width: 4, channels: 3)
    let (alone, together) = (image(), image())
    var flipped = 0
    for seed in 0..<20 {
      let random = RandomSource(seed: UInt64(seed))
      let before = numbers(alone)
      ImageAugmenter([.flip], of: planes, range: 0...255).augment(alone.start, random: random)
      // A crop of the whole changes nothing but draws.
      ImageAugmenter([.resizedCrop(smallest: 1), .flip], of: planes, range: 0...255)
        .augment(together.start, random: random)
      #expect(numbers(alone) == numbers(together))
      flipped += before == numbers(alone) ? 0 : 1
    }
    #expect((5...15).contains(flipped))
  }

  @Test("A training with images that change comes to the same bits, at once or from any state")
  func resumption() throws {
    let recipe = Self.recipe(all)
    let data = makeImages()
    func train(_ keeper: Keeper) throws -> TrainedNetwork {
      try recipe.train(data, random: RandomSource(seed: 3), observer: keeper)
    }
    let keeper = Keeper()
    let whole = try train(keeper)
    #expect(try train(Keeper()) == whole)
    for state in keeper.states { #expect(try train(Keeper(savedState: state)) == whole) }
    var plain = recipe
    plain.augmentations = []
    #expect(try plain.train(data, random: RandomSource(seed: 3)).network != whole.network)
  }

  @Test("The rows held out are never changed")
  func heldOut() throws {
    // A step so small that no weight moves: what is measured is the first network.
    var recipe = Self.recipe(all)
    recipe.optimizer = .sgd(SGD(learningRate: 1e-30))
    var plain = recipe
    plain.augmentations = []
    let (changed, unchanged) = (
      try recipe.train(makeImages(), random: RandomSource(seed: 3)),
      try plain.train(makeImages(), random: RandomSource(seed: 3))
    )
    #expect(changed.epochs.map(\.validationLoss) == unchanged.epochs.map(\.validationLoss))
    #expect(changed.epochs.map(\.trainingLoss) != unchanged.epochs.map(\.trainingLoss))
  }

  @Test("What is no image, or too small, or asked for twice is refused")
  func refusals() {
    func error(_ augmentations: [ImageAugmentation], _ data: Dataset) -> String? {
      do {
        _ = try Self.recipe(augmentations).train(data, random: RandomSource(seed: 1))
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(
      error([.flip], makeClasses())
        == "flip changes images, but the 8 columns are no image; train without augmentation")
    #expect(
      error([.crop(padding: 6)], makeImages())
        == "the padding of the crop is 6, but must be below the extents of the images, 6x8")
    #expect(
      error([.flip, .flip], makeImages())
        == "the augmentation is flip twice, but must be there once")
    for bad: ImageAugmentation in [
      .crop(padding: 0), .resizedCrop(smallest: 0), .resizedCrop(smallest: 1.1),
      .jitter(strength: 0), .jitter(strength: .nan),
    ] {
      #expect(error([bad], makeImages()) != nil, "\(bad)")
    }
    #expect(error(all, makeImages()) == nil)
  }

  private static func recipe(_ augmentations: [ImageAugmentation]) -> TrainingRecipe {
    .small(.static, sparsity: 0, epochs: 3) {
      $0.batchCount = 8
      $0.augmentations = augmentations
    }
  }
}

/// Images of 6x8 pixels in three channels, of two classes.
private func makeImages(rows: Int = 40) -> Dataset {
  var random = RandomSource(seed: 7)
  let width = 3 * 6 * 8
  var features = FeatureStore(
    bytes: (0..<rows * width).map { UInt8(random.index(below: 200) + ($0 / width) % 2 * 50) },
    rowCount: rows, columnNames: (0..<width).map { "x\($0)" })
  features.imageShape = (6, 8)
  return Dataset(
    features: features,
    target: .classes(indices: (0..<rows).map { $0 % 2 }, names: ["dark", "light"]))
}
