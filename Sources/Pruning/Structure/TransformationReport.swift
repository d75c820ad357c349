import Networks

/// What a transformation did to a network, and what it left although it is of no use.
public struct TransformationReport: Hashable, Sendable, CustomStringConvertible {
  /// What was done, or left.
  public enum Change: String, Hashable, Sendable, CaseIterable {
    /// A batch normalisation went into the layer before it, or into those that read it.
    case foldedNormalization = "normalisation folded"
    /// Units that are the same for every input.
    case constantUnits = "constant units"
    /// Units that no weight reads.
    case unreadUnits = "unread units"
    /// Units that are multiples of others.
    case copiedUnits = "copies of other units"
    /// A layer that went into the next one, with nothing between them.
    case mergedLayer = "layers merged"
    /// A branch in front of an addition that is constant.
    case constantBranch = "constant branches"
    /// Branches in front of an addition that became one layer.
    case linearBranch = "linear branches"
    /// An operation that changes nothing in inference.
    case droppedOperation = "operation without effect"
  }

  /// One line of the report.
  public struct Entry: Hashable, Sendable {
    /// What it is about.
    public let change: Change
    /// The nodes.
    public let place: String
    /// How many units or nodes.
    public let count: Int
    /// Why they stay; empty for what went.
    public let reason: String

    /// Creates a line.
    ///
    /// - Parameters:
    ///   - change: What it is about.
    ///   - place: The nodes.
    ///   - count: How many units or nodes.
    ///   - reason: Why they stay; empty for what went.
    public init(_ change: Change, _ place: String, count: Int = 1, reason: String = "") {
      (self.change, self.place, self.count, self.reason) = (change, place, count, reason)
    }
  }

  /// What went, in the order in which it did.
  public var removed: [Entry] = []
  /// What stays although it tells nothing.
  public var kept: [Entry] = []

  /// Creates an empty report.
  public init() {}

  /// How much of one kind went.
  ///
  /// - Parameter change: The kind.
  /// - Returns: The number of units or nodes.
  public func count(of change: Change) -> Int {
    removed.reduce(0) { $0 + ($1.change == change ? $1.count : 0) }
  }

  /// A table with a line per entry: what, where, how many, and why it stays.
  public var description: String {
    let lines = (removed.map { ("gone", $0) } + kept.map { ("kept", $0) }).map { fate, entry in
      [fate, entry.change.rawValue, entry.place, entry.reason, String(entry.count)]
    }
    return Network.table([["", "what", "where", "because", "count"]] + lines, textColumns: 4)
  }

  /// Adds what a later transformation did; what it kept takes the place of what was kept before.
  mutating func append(_ later: TransformationReport) {
    for entry in later.removed {
      let same = removed.firstIndex { $0.change == entry.change && $0.place == entry.place }
      if let same {
        removed[same] = Entry(entry.change, entry.place, count: removed[same].count + entry.count)
      } else {
        removed.append(entry)
      }
    }
    kept = later.kept
  }
}

/// A network that computes the same as another with less, and what was done to it.
public struct Simplification: Sendable {
  /// The network.
  public let network: Network
  /// What was done.
  public let report: TransformationReport
}
