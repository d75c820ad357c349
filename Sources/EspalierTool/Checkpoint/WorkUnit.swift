/// A part of a command's work that is done by itself, such as the run of one seed.
struct WorkUnit: Hashable, Comparable {
  /// The parts of a command in their order.
  enum Phase: Int {
    /// A selection for a count and a split.
    case path
    /// The selection of a seed.
    case run
    /// What a learner makes of some columns.
    case judgement
    /// A selection in a fold.
    case fold
    /// A selection in a fold on a permuted target.
    case null
    /// The training of a network.
    case training
    /// The refinement of a network that was made smaller.
    case candidate
    /// What comes last.
    case end
  }

  var phase: Phase
  /// Its place among the units of the phase.
  var number = 0

  /// The name under which it is kept.
  var name: String { "\(phase)\(number)" }

  static func < (left: WorkUnit, right: WorkUnit) -> Bool {
    (left.phase.rawValue, left.number) < (right.phase.rawValue, right.number)
  }
}
