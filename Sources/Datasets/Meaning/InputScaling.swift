/// How columns are brought to a common scale, always by the training rows alone.
///
/// Columns that lie in compressed sparse rows are never centred: their zeros stay zeros.
public enum InputScaling: String, Hashable, Sendable, Codable, CaseIterable {
  /// To mean 0 and standard deviation 1.
  case standard
  /// To 0...1.
  case minMax = "minmax"
  /// log(1 + x), then to 0...1, for counts; columns with negative numbers only the latter.
  case logarithmMinMax = "log-minmax"
  /// To median 0 and a distance of 1 between the quartiles, which outliers do not move.
  case robust
  /// Not at all.
  case none
}

/// A scaler and what it was fitted on.
package struct FittedScaling: Sendable {
  package var scaler: Scaler
  /// The statistics of the columns before scaling, of log(1 + x) where the scaler takes it.
  package var statistics: ColumnStatistics

  /// The mean of each scaled column over the rows of the fit.
  package var means: [Float] {
    statistics.mean.indices.map {
      Float((statistics.mean[$0] - Double(scaler.offsets[$0])) * Double(scaler.scales[$0]))
    }
  }

  /// The standard deviation of each scaled column over the rows of the fit.
  package var deviations: [Float] {
    statistics.standardDeviation.indices.map {
      Float(statistics.standardDeviation[$0] * Double(scaler.scales[$0]))
    }
  }
}

extension FeatureStore {
  /// Fits a scaler.
  ///
  /// - Parameters:
  ///   - scaling: How columns are scaled.
  ///   - rows: The rows it is fitted on, at least one: those of the training set.
  /// - Returns: The scaler of all columns, and the statistics that it rests on.
  package func fitted(_ scaling: InputScaling, rows: [Int]) -> FittedScaling {
    var statistics = statistics(rows: rows)
    if scaling == .logarithmMinMax {
      let logarithms = statistics.minimum.map { $0 >= 0 }
      statistics = self.statistics(rows: rows, logarithms: logarithms)
    }
    var scaler: Scaler =
      switch scaling {
      case .standard: .standard(statistics)
      case .minMax, .logarithmMinMax: .minMax(statistics)
      case .robust: .robust(self, rows: rows, statistics)
      case .none: .identity(columnCount: columnCount)
      }
    for column in 0..<columnCount where isSparse(column) { scaler.offsets[column] = 0 }
    return FittedScaling(scaler: scaler, statistics: statistics)
  }
}

extension Scaler {
  /// The most rows from which quartiles are taken; of more, every second or third is looked at.
  private static let quartileRowLimit = 20_000

  /// The scaler to median 0 and a distance of 1 between the quartiles.
  ///
  /// A column whose quartiles are equal, such as one of rare ones, is divided by its standard
  /// deviation.
  fileprivate static func robust(
    _ features: FeatureStore, rows: [Int], _ statistics: ColumnStatistics
  ) -> Scaler {
    var scaler = standard(statistics)
    let step = (rows.count + quartileRowLimit - 1) / quartileRowLimit
    let rows = stride(from: 0, to: rows.count, by: step).map { rows[$0] }
    for column in 0..<features.columnCount {
      let sorted = features.column(column, rows: rows).sorted()
      let width = quantile(0.75, of: sorted) - quantile(0.25, of: sorted)
      scaler.offsets[column] = quantile(0.5, of: sorted)
      if width > 0, (1 / width).isFinite { scaler.scales[column] = 1 / width }
    }
    return scaler
  }

  /// The value below which a share of sorted values lie, between two of them in proportion.
  private static func quantile(_ share: Double, of sorted: [Float]) -> Float {
    let position = share * Double(sorted.count - 1)
    let low = Int(position)
    let high = min(low + 1, sorted.count - 1)
    let weight = Float(position - Double(low))
    return sorted[low] * (1 - weight) + sorted[high] * weight
  }
}
