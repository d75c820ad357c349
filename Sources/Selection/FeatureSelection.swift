import Training

/// The features that one run of a method chose.
public struct FeatureSelection: Sendable, Equatable, Codable {
  /// A chosen feature.
  public struct Feature: Sendable, Equatable, Codable {
    /// The feature, from 0: a column, or a group where the data have any.
    public var index: Int
    /// The importance by the method's own measure; comparable within one run only.
    public var score: Double

    /// Creates a chosen feature.
    ///
    /// - Parameters:
    ///   - index: The feature, from 0.
    ///   - score: The importance by the method's own measure.
    public init(index: Int, score: Double) {
      self.index = index
      self.score = score
    }
  }

  /// One rotation of an iterative method, or one phase of an elimination.
  public struct Rotation: Sendable, Equatable, Codable {
    /// The part of the procedure.
    public var phase: String
    /// The loss on validation rows, or on training rows where none are held out.
    public var loss: Double
    /// The number of active columns; in an elimination, of those on which the loss was measured.
    public var activeCount: Int
    /// The features that entered the chosen set since the rotation before.
    public var entered: [Int]
    /// The features that left it.
    public var left: [Int]
  }

  /// The chosen features, best first.
  public var features: [Feature]
  /// The rotations in order, then the phases of the elimination; empty for a method without any.
  public var history: [Rotation]
  /// How many rotations were run in all.
  public var rotationCount: Int
  /// The rotation of the lowest validation loss; nil for a method without a validation run.
  public var bestRotation: Int?
  /// Whether the run was ended early from outside.
  public var isInterrupted: Bool
  /// What a reader of the result should know, a sentence each.
  public var notes: [String]
  /// What the training of a network cost; nil for a method without one.
  public var cost: TrainingCost?
  /// The score of each chosen feature for each class; nil for a method that does not tell.
  public var classScores: [[Double]]?
  /// How the network came about that chose; nil for a method without one.
  public var training: NetworkHistory?
  /// How the method was found that chose; nil where it was given.
  public var race: RaceRecord?

  /// Creates a result.
  ///
  /// - Parameters:
  ///   - features: The chosen features, best first.
  ///   - history: The rotations in order.
  ///   - rotationCount: How many rotations were run in all.
  ///   - bestRotation: The rotation of the lowest validation loss.
  ///   - isInterrupted: Whether the run was ended early from outside.
  ///   - notes: What a reader of the result should know.
  public init(
    features: [Feature], history: [Rotation] = [], rotationCount: Int = 0,
    bestRotation: Int? = nil, isInterrupted: Bool = false, notes: [String] = []
  ) {
    self.features = features
    self.history = history
    self.rotationCount = rotationCount
    self.bestRotation = bestRotation
    self.isInterrupted = isInterrupted
    self.notes = notes
  }

  /// The chosen features, best first.
  public var indices: [Int] { features.map(\.index) }
}
