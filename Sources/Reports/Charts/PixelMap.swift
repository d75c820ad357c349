/// The chosen pixels of an image, over the mean of all images where that is known.
struct PixelMap {
  /// A chosen pixel.
  struct Pixel {
    var name: String
    var x: Int
    var y: Int
    /// The fraction of runs that chose it, in 0...1.
    var frequency: Double
  }

  let width: Int
  let height: Int
  let pixels: [Pixel]
  private let mean: [UInt8]

  /// The number of shades of the mean.
  private static let shadeCount = 16

  /// Lays out the chosen pixels.
  ///
  /// - Parameters:
  ///   - features: The chosen columns; those outside the image are left out.
  ///   - size: The extents of the image; `nil` results where it has no pixel.
  ///   - mean: The mean of each pixel from dark to light, or nothing.
  init?(
    _ features: [SelectionReport.RankedFeature], size: SelectionReport.ImageSize,
    mean: [UInt8] = []
  ) {
    let (count, isTooLarge) = size.height.multipliedReportingOverflow(by: size.width)
    guard size.height > 0, size.width > 0, !isTooLarge else { return nil }
    width = size.width
    height = size.height
    self.mean = mean.count == count ? mean : []
    pixels = features.filter { (0..<count).contains($0.index) }.map { feature in
      Pixel(
        name: feature.name, x: feature.index % size.width, y: feature.index / size.width,
        frequency: feature.frequency.isFinite ? min(max(feature.frequency, 0), 1) : 0)
    }
  }

  /// The chart of the page.
  var section: ChartSection {
    let title = mean.isEmpty ? "Chosen pixels" : "Chosen pixels over the mean image"
    var svg = SVG(height: Double(height), width: Double(width), key: "pixels", title: title)
    svg.rectangle(
      x: 0, y: 0, width: Double(width), height: Double(height), style: "frame")
    if !mean.isEmpty {
      let cells = CellPaths(height: height, width: width, shadeCount: Self.shadeCount) {
        let shade = Int(mean[$0 * width + $1]) * Self.shadeCount / 256
        return shade == 0 ? nil : shade  // the darkest is the paper
      }
      for element in cells.elements(style: { "shade s\($0)" }) { svg.add(element) }
    }
    for pixel in pixels {
      svg.rectangle(
        x: Double(pixel.x), y: Double(pixel.y), width: 1, height: 1, style: "pixel",
        attributes: "fill-opacity=\"\(decimal(0.25 + 0.75 * pixel.frequency, 2))\"",
        hint: "\(pixel.name): row \(pixel.y), column \(pixel.x), in"
          + " \(decimal(100 * pixel.frequency, 0)) % of the runs")
    }
    return ChartSection(
      key: "pixels", heading: "Where the chosen pixels lie",
      explanation: "The image of \(height) x \(width) pixels"
        + (mean.isEmpty
          ? ", with the chosen ones filled"
          : ": the mean of the training rows in grey, with the chosen ones filled")
        + "; the fuller, the more runs chose it.",
      title: title, svg: svg.element, isNarrow: true,
      table: .init(
        heads: [("pixel", false), ("row", true), ("column", true), ("frequency", true)],
        rows: pixels.map { [$0.name, "\($0.y)", "\($0.x)", decimal($0.frequency, 2)] }))
  }
}
