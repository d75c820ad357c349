/// An image of bytes: one channel of grey or three of red, green and blue.
struct RasterImage: Sendable, Equatable {
  let height: Int
  let width: Int
  let channelCount: Int
  /// Row by row, the channels of a pixel beside each other.
  var pixels: [UInt8]

  /// Returns the image in another size.
  ///
  /// An axis that shrinks is averaged over the area of each new pixel; one that grows is
  /// interpolated linearly between the centres of pixels.
  ///
  /// - Parameters:
  ///   - newHeight: The new height, at least 1.
  ///   - newWidth: The new width, at least 1.
  /// - Returns: The image, every number rounded once.
  func resized(height newHeight: Int, width newWidth: Int) -> RasterImage {
    if newHeight == height, newWidth == width { return self }
    let (rows, columns) = (Taps.all(height, newHeight), Taps.all(width, newWidth))
    var output = [UInt8](repeating: 0, count: newHeight * newWidth * channelCount)
    var line = [Float](repeating: 0, count: width * channelCount)
    for (y, row) in rows.enumerated() {
      for index in line.indices { line[index] = 0 }
      for (tap, weight) in row.weights.enumerated() {
        let start = (row.first + tap) * width * channelCount
        for index in line.indices { line[index] += weight * Float(pixels[start + index]) }
      }
      for (x, column) in columns.enumerated() {
        for channel in 0..<channelCount {
          var sum: Float = 0
          for (tap, weight) in column.weights.enumerated() {
            sum += weight * line[(column.first + tap) * channelCount + channel]
          }
          output[(y * newWidth + x) * channelCount + channel] =
            UInt8(min(max(sum.rounded(), 0), 255))
        }
      }
    }
    return RasterImage(
      height: newHeight, width: newWidth, channelCount: channelCount, pixels: output)
  }

  /// Writes the channels one after the other, each row by row; grey stands for all three.
  ///
  /// - Parameters:
  ///   - count: The number of channels wanted, not less than there are.
  ///   - target: Where to; `height` x `width` x `count` bytes.
  func writePlanes(_ count: Int, into target: UnsafeMutableBufferPointer<UInt8>) {
    let area = height * width
    for plane in 0..<count {
      let channel = min(plane, channelCount - 1)
      for pixel in 0..<area {
        target[plane * area + pixel] = pixels[pixel * channelCount + channel]
      }
    }
  }
}

/// Which old pixels a new one is made of, along one axis.
private struct Taps {
  let first: Int
  let weights: [Float]

  static func all(_ old: Int, _ new: Int) -> [Taps] {
    let scale = Double(old) / Double(new)
    return (0..<new).map { index in
      guard scale > 1 else {
        let centre = min(max((Double(index) + 0.5) * scale - 0.5, 0), Double(old - 1))
        let first = min(Int(centre), max(old - 2, 0))
        let fraction = Float(centre - Double(first))
        return Taps(first: first, weights: old == 1 ? [1] : [1 - fraction, fraction])
      }
      let (start, end) = (Double(index) * scale, Double(index + 1) * scale)
      let first = Int(start)
      let last = min(Int(end.rounded(.up)), old)
      return Taps(
        first: first,
        weights: (first..<last).map {
          Float((min(end, Double($0 + 1)) - max(start, Double($0))) / scale)
        })
    }
  }
}
