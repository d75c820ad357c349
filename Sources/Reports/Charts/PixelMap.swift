/// The chosen pixels of an image, laid out for the page's template.
struct PixelMap {
  /// A drawn pixel.
  struct Pixel {
    var x: Int
    var y: Int
    /// How strongly it is drawn, in 0.25...1, by its frequency.
    var opacity: String
  }

  let width: Int
  let height: Int
  let pixels: [Pixel]

  /// Lays out the chosen pixels.
  ///
  /// - Parameters:
  ///   - features: The chosen columns; those outside the image are left out.
  ///   - size: The extents of the image; `nil` results where it has no pixel.
  init?(_ features: [SelectionReport.RankedFeature], size: SelectionReport.ImageSize) {
    let (count, isTooLarge) = size.height.multipliedReportingOverflow(by: size.width)
    guard size.height > 0, size.width > 0, !isTooLarge else { return nil }
    width = size.width
    height = size.height
    pixels = features.filter { (0..<count).contains($0.index) }.map { feature in
      let frequency = feature.frequency.isFinite ? min(max(feature.frequency, 0), 1) : 0
      return Pixel(
        x: feature.index % size.width, y: feature.index / size.width,
        opacity: decimal(0.25 + 0.75 * frequency, 2))
    }
  }
}
