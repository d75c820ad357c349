import Foundation
import Tensors
import Training

/// How a network came about that chose features: for charts, not for the choice.
public struct NetworkHistory: Sendable, Equatable, Codable {
  /// A feature and its share of all importance.
  public struct Leader: Sendable, Equatable, Codable {
    /// The feature.
    public var index: Int
    /// Its share of the importance of all features, in 0...1.
    public var share: Double
  }

  /// How many leaders an epoch has at most.
  static let leaderCount = 20

  /// The layers with weights of the last network, in order.
  public var layers: [ConnectionSpread]
  /// How many connections were gained in each epoch.
  public var gained: [Int]
  /// How many were lost in each epoch.
  public var lost: [Int]
  /// The most important features after each epoch, best first.
  public var leaders: [[Leader]]

  /// The features that lead, with their shares.
  ///
  /// - Parameters:
  ///   - best: The best features, best first.
  ///   - total: The sum of the importances of all.
  /// - Returns: The first of them; none where the shares would be no numbers.
  static func leaders(_ best: [FeatureSelection.Feature], total: Double) -> [Leader] {
    guard total > 0, total.isFinite else { return [] }
    return best.prefix(leaderCount).filter(\.score.isFinite).map {
      Leader(index: $0.index, share: $0.score / total)
    }
  }
}

extension NetworkHistory {
  /// All of it as text, to be kept.
  var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// The history that was kept.
  ///
  /// - Parameter text: What ``text`` was.
  /// - Throws: `SnapshotError` if it is none.
  init(restoredFrom text: String) throws(SnapshotError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
    } catch {
      throw .impossibleValue("training")
    }
  }
}

extension Snapshot {
  /// The leaders of epochs.
  init(leaders: [[NetworkHistory.Leader]]) {
    self.init(lists: leaders.map { $0.map(\.index) })
    save("shares", .double(leaders.joined().map(\.share)))
  }

  /// The leaders that were saved.
  func leaders(
    count: Int, among featureCount: Int
  ) throws(SnapshotError) -> [[NetworkHistory.Leader]] {
    let lists = try lists(count: count, among: featureCount)
    var shares = try doubles("shares", count: lists.reduce(0) { $0 + $1.count })[...]
    return lists.map { list in
      defer { shares = shares.dropFirst(list.count) }
      return zip(list, shares).map { NetworkHistory.Leader(index: $0, share: $1) }
    }
  }
}
