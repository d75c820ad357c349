import Kernels

/// Rows of a matrix brought to other places, a sample at a time; places without a row are filled.
struct RowMovement {
  /// Rows that stay together; those of a filling have no source.
  private struct Run {
    let source: Int?
    let target: Int
    var count: Int
  }

  private var runs: [Run] = []
  private let sourceCount, targetCount: Int

  /// Creates a movement.
  ///
  /// - Parameters:
  ///   - sources: The row that each place takes, each at most once; nil for a filling.
  ///   - sourceCount: The rows of a sample before the movement, that of the filling not counted.
  init(sources: [Int?], sourceCount: Int) {
    self.sourceCount = sourceCount
    targetCount = sources.count
    for (target, source) in sources.enumerated() {
      if let last = runs.last,
        source == last.source.map({ $0 + last.count }), last.target + last.count == target
      {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(Run(source: source, target: target, count: 1))
      }
    }
  }

  /// Brings the rows to their places.
  ///
  /// - Parameters:
  ///   - rows: The rows of all samples.
  ///   - target: Where they go.
  ///   - width: The elements of a row.
  ///   - sampleCount: The number of samples.
  ///   - hasFiller: Whether each sample has a row more, which fills the places without a row;
  ///     else they become 0.
  func gather(
    _ rows: Floats, into target: Floats, width: Int, sampleCount: Int, hasFiller: Bool = false
  ) {
    for sample in 0..<sampleCount {
      let source = rows + sample * (sourceCount + (hasFiller ? 1 : 0)) * width
      let target = target + sample * targetCount * width
      for run in runs {
        let place = target + run.target * width
        if let start = run.source {
          place.update(from: source + start * width, count: run.count * width)
        } else if hasFiller {
          for row in 0..<run.count {
            (place + row * width).update(from: source + sourceCount * width, count: width)
          }
        } else {
          place.update(repeating: 0, count: run.count * width)
        }
      }
    }
  }

  /// Brings the rows back; what lies in filled places is dropped, or added up in the row that
  /// filled them.
  ///
  /// - Parameters:
  ///   - rows: The rows of all samples in their places.
  ///   - target: Where they go.
  ///   - width: The elements of a row.
  ///   - sampleCount: The number of samples.
  ///   - hasFiller: Whether each sample has a row more for what lies in filled places.
  func scatter(
    _ rows: Floats, into target: Floats, width: Int, sampleCount: Int, hasFiller: Bool = false
  ) {
    for sample in 0..<sampleCount {
      let source = rows + sample * targetCount * width
      let target = target + sample * (sourceCount + (hasFiller ? 1 : 0)) * width
      let filler = target + sourceCount * width
      if hasFiller { filler.update(repeating: 0, count: width) }
      for run in runs {
        let place = source + run.target * width
        if let start = run.source {
          (target + start * width).update(from: place, count: run.count * width)
        } else if hasFiller {
          for row in 0..<run.count { addScaled(1, place + row * width, to: filler, count: width) }
        }
      }
    }
  }
}
