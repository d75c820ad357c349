import Datasets
import Kernels
import Networks
import Tensors
import Training

/// How good a method's features are for several K, on training rows that the method did not see.
public struct CountPath: Sendable, Equatable, Codable {
  /// One K.
  public struct Point: Sendable, Equatable, Codable {
    /// K, the number of features.
    public var count: Int
    /// The mean over the splits of the loss on held-out rows.
    public var loss: Double
    /// The standard error of that mean.
    public var standardError: Double
    /// The mean share of the held-out rows that are right; nil for a regression.
    public var accuracy: Double?
    /// The standard error of that mean.
    public var accuracyError: Double?
  }

  /// The points in the order of K.
  public var points: [Point]

  /// The smallest K whose loss is within one standard error of the lowest.
  ///
  /// - Source: Breiman, Friedman, Olshen and Stone, "Classification and Regression Trees", 1984,
  ///   section 3.4.3 (the one-standard-error rule).
  public var suggestedCount: Int? {
    guard let best = points.min(by: { $0.loss < $1.loss }) else { return nil }
    return points.first { $0.loss <= best.loss + best.standardError }?.count
  }
}

extension SelectionMethod {
  /// Measures the method for several K by repeated validation splits of the task's rows.
  ///
  /// In each split the method chooses from four fifths of the rows; a network with one hidden
  /// layer of 100 units learns the chosen columns there, and its loss is taken on the last fifth.
  ///
  /// - Parameters:
  ///   - counts: The values of K.
  ///   - task: The data; its own count is not used.
  ///   - splitCount: The number of splits, at least 2 for a standard error.
  ///   - random: The source of every random number.
  ///   - observer: The observer of each selection, by K and split.
  /// - Returns: The path; shorter where the observer asked to stop.
  /// - Throws: ``SelectionError`` if one of the selections cannot be done.
  public func path(
    over counts: [Int], _ task: SelectionTask, splitCount: Int = 5, random: RandomSource,
    observer: (_ count: Int, _ split: Int) -> any SelectionObserver
  ) throws(SelectionError) -> CountPath {
    require(splitCount >= 2, "path: \(splitCount) splits")
    setThreadCount(1)
    var points: [CountPath.Point] = []
    for count in counts.sorted() {
      var (losses, accuracies) = ([Double](), [Double]())
      for number in 0..<splitCount {
        let observer = observer(count, number)
        if observer.shouldStop { return CountPath(points: points) }
        if let saved = observer.savedResult {
          do {
            losses.append(try saved.double("loss"))
            if saved.has("accuracy") { accuracies.append(try saved.double("accuracy")) }
          } catch {
            throw .unusableState(error)
          }
          continue
        }
        // The same splits for every K, so that their difference is not that of the rows.
        var generator = random.substream("split", number)
        let split: Split
        do {
          split = try task.data.split(
            task.rows, testFraction: 0.2, stratified: true, using: &generator)
        } catch {
          throw .split(error)
        }
        let part = try SelectionTask(
          task.data, rows: split.training, count: count, keep: task.keep, drop: task.dropped)
        let chosen = try select(
          part, random: random.substream("selection", number), observer: observer)
        let measure = heldOutMeasure(
          of: task.data.columns(of: chosen.indices.sorted()), part, heldOut: split.test,
          random: random.substream("network", number))
        losses.append(measure.loss)
        if let accuracy = measure.accuracy { accuracies.append(accuracy) }
        if chosen.isInterrupted { continue }
        observer.finish(with: {
          var result = Snapshot()
          result.save("loss", measure.loss)
          if let accuracy = measure.accuracy { result.save("accuracy", accuracy) }
          return result
        })
      }
      let loss = meanAndError(losses)
      let accuracy = accuracies.count == splitCount ? meanAndError(accuracies) : nil
      points.append(
        CountPath.Point(
          count: count, loss: loss.mean, standardError: loss.error, accuracy: accuracy?.mean,
          accuracyError: accuracy?.error))
    }
    return CountPath(points: points)
  }
}

/// The mean of some values, at least two, and its standard error.
private func meanAndError(_ values: [Double]) -> (mean: Double, error: Double) {
  let mean = values.reduce(0, +) / Double(values.count)
  let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  let variance = squares / Double(values.count - 1)
  return (mean, (variance / Double(values.count)).squareRoot())
}

/// What a network on given columns reaches on held-out rows where its loss is lowest in 20 checks.
///
/// All networks of a path are checked equally often, so the choice of the lowest favours none.
private func heldOutMeasure(
  of columns: [Int], _ task: SelectionTask, heldOut: [Int], random: RandomSource
) -> HeldOutRows.Measure {
  var rule = EntryRule.standard(for: .long)
  rule.optimizer.weightDecay = 0
  func view(_ rows: [Int]) -> TrainingView {
    TrainingView(task, rows: rows, scaling: .standard, fittingRows: task.rows)
  }
  let network = ActiveNetwork(view(task.rows), slots: columns, rule: rule, random: random)
  let measure = HeldOutLoss(view(heldOut), rule: rule)
  var lowest = HeldOutRows.Measure(loss: .infinity, accuracy: nil, topFive: nil)
  for _ in 0..<20 {
    _ = network.train(steps: 25)
    let now = measure.measure(network, establishedSlots: Array(columns.indices))
    if now.loss < lowest.loss { lowest = now }
  }
  return lowest
}
