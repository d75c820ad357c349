import Tensors

/// Features chosen at random: what every method must beat.
public struct RandomSelection: SelectionMethod {
  /// Creates the method.
  public init() {}

  public var name: String { "random" }

  /// Nothing but the number of columns is looked at.
  public var needsTarget: Bool { false }

  public func select(
    _ task: SelectionTask, random: RandomSource, observer: any SelectionObserver
  ) throws(SelectionError) -> FeatureSelection {
    var generator = random.substream("random selection")
    let kept = Set(task.keep)
    var pool = task.eligible.filter { !kept.contains($0) }
    generator.shuffleFirst(task.count - task.keep.count, of: &pool)
    let chosen = task.keep + pool[..<(task.count - task.keep.count)]
    return FeatureSelection(features: chosen.map { .init(index: $0, score: 0) })
  }
}
