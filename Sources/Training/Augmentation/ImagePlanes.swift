import Kernels

/// An image in memory whose channels lie one after another, row by row.
struct ImagePlanes {
  let height, width, channels: Int

  /// The pixels of a channel.
  var area: Int { height * width }
  /// The numbers of an image.
  var count: Int { channels * area }
}

// MARK: Where pixels go

extension ImagePlanes {
  /// Mirrors an image from left to right.
  func flip(_ pixels: Floats) {
    for line in 0..<channels * height {
      let start = pixels + line * width
      for column in 0..<width / 2 {
        (start[column], start[width - 1 - column]) = (start[width - 1 - column], start[column])
      }
    }
  }

  /// Moves an image; what comes in from outside has one value.
  ///
  /// - Parameters:
  ///   - source: The image.
  ///   - rows: By how many rows the new image looks further down.
  ///   - columns: By how many columns it looks further right.
  ///   - outside: The value of what is not there.
  ///   - target: The new image.
  func move(_ source: Floats, rows: Int, columns: Int, outside: Float, into target: Floats) {
    target.update(repeating: outside, count: count)
    let first = max(0, -columns)
    let length = width - abs(columns)
    guard length > 0 else { return }
    for channel in 0..<channels {
      for row in max(0, -rows)..<max(max(0, -rows), min(height, height - rows)) {
        let line = (channel * height + row) * width
        (target + line + first).update(
          from: source + line + rows * width + first + columns, count: length)
      }
    }
  }

  /// A part of an image.
  struct Part: Equatable {
    var row, column, height, width: Int
  }

  /// Enlarges a part of an image to the whole, linearly between the centres of pixels.
  func enlarge(_ part: Part, of source: Floats, into target: Floats) {
    let rows = Tap.all(part.height, height, from: part.row)
    let columns = Tap.all(part.width, width, from: part.column)
    for channel in 0..<channels {
      let plane = source + channel * area
      var place = target + channel * area
      for row in rows {
        let (upper, lower) = (plane + row.first * width, plane + row.second * width)
        for column in columns {
          let (above, below) = (column.value(in: upper), column.value(in: lower))
          place.pointee = above + row.share * (below - above)
          place += 1
        }
      }
    }
  }
}

/// The two old pixels that a new one lies between along an axis, and how far it is from the first.
private struct Tap {
  let first, second: Int
  let share: Float

  func value(in line: Floats) -> Float {
    line[first] + share * (line[second] - line[first])
  }

  static func all(_ old: Int, _ new: Int, from start: Int) -> [Tap] {
    let scale = Double(old) / Double(new)
    return (0..<new).map { index in
      let centre = min(max((Double(index) + 0.5) * scale - 0.5, 0), Double(old - 1))
      let first = Int(centre)
      return Tap(
        first: start + first, second: start + min(first + 1, old - 1),
        share: Float(centre - Double(first)))
    }
  }
}

// MARK: What colour they have

extension ImagePlanes {
  /// What red, green and blue weigh in the brightness that an eye sees.
  ///
  /// - Source: ITU-R BT.601, as torchvision rounds it.
  private static let greyShares: (Float, Float, Float) = (0.2989, 0.587, 0.114)

  /// Multiplies an image by a number, inside a range.
  func scaleBrightness(_ pixels: Floats, by factor: Float, within range: ClosedRange<Float>) {
    for place in 0..<count { pixels[place] = clamp(pixels[place] * factor, range) }
  }

  /// Moves an image away from its mean grey, or to it.
  func scaleContrast(_ pixels: Floats, by factor: Float, within range: ClosedRange<Float>) {
    var sum = 0.0
    for place in 0..<area { sum += Double(grey(pixels, place)) }
    let mean = Float(sum / Double(area))
    for place in 0..<count {
      pixels[place] = clamp(factor * pixels[place] + (1 - factor) * mean, range)
    }
  }

  /// Moves the pixels of an image away from their own grey, or to it; only colours change.
  func scaleSaturation(_ pixels: Floats, by factor: Float, within range: ClosedRange<Float>) {
    guard channels == 3 else { return }
    for place in 0..<area {
      let rest = (1 - factor) * grey(pixels, place)
      for channel in 0..<3 {
        let pixel = channel * area + place
        pixels[pixel] = clamp(factor * pixels[pixel] + rest, range)
      }
    }
  }

  /// The grey of a pixel: of an image without colours the mean of its channels.
  private func grey(_ pixels: Floats, _ place: Int) -> Float {
    if channels == 3 {
      let (red, green, blue) = Self.greyShares
      return red * pixels[place] + green * pixels[area + place] + blue * pixels[2 * area + place]
    }
    return (0..<channels).reduce(0) { $0 + pixels[$1 * area + place] } / Float(channels)
  }

  private func clamp(_ value: Float, _ range: ClosedRange<Float>) -> Float {
    min(max(value, range.lowerBound), range.upperBound)
  }
}
