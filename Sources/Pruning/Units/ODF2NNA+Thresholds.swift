extension ODF2NNA {
  /// The thresholds ε at which another unit goes, the weakest first.
  ///
  /// - Parameter survey: The network and the scores of its units.
  /// - Returns: Numbers that rise, 0 first, as short as they can be; with each, more units go than
  ///   with the one before, widths being rounded as they will be.
  public func thresholds(for survey: UnitSurvey) -> [Double] {
    var found: Set<Double> = [0]
    for layer in survey.layers {
      let largest = layer.scores.max() ?? 0
      for (place, score) in layer.scores.enumerated() {
        switch threshold {
        case .absolute: found.insert(score)
        case .relative: if score < largest { found.insert(layer.relativeLimit(of: score)) }
        case .quantile: found.insert(Double(place) / Double(layer.scores.count))
        }
      }
    }
    let limits = found.sorted()
    var known: Set<[Int]> = []
    return limits.indices.compactMap { place in
      let next = place + 1 < limits.count ? limits[place + 1] : nil
      var method = self
      method.epsilon = next.map { shortestNumber(from: limits[place], below: $0) } ?? limits[place]
      return known.insert(method.keptCounts(of: survey)).inserted ? method.epsilon : nil
    }
  }
}

/// The number of the fewest decimal places in a range, so that it can be read, and typed again.
func shortestNumber(from lower: Double, below upper: Double) -> Double {
  var scale = 1.0
  for _ in 0..<15 {
    let number = (lower * scale).rounded(.up) / scale
    if number >= lower && number < upper { return number }
    scale *= 10
  }
  return lower
}

extension UnitSurvey.Layer {
  /// The smallest ε at which a unit of this score is not above ε times the largest score.
  fileprivate func relativeLimit(of score: Double) -> Double {
    let largest = scores.max() ?? 0
    guard largest > 0 else { return 0 }
    var limit = score / largest
    while limit * largest < score { limit = limit.nextUp }  // the quotient is rounded
    return limit
  }
}
