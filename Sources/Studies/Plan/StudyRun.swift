/// One run of a study: a command line with a name.
package struct StudyRun: Sendable, Equatable {
  /// What a run is for.
  package enum Role: Sendable, Equatable {
    case method
    /// What methods are compared with.
    case baseline
    /// A training whose network other runs make smaller.
    case training
  }

  /// Its name, which is that of its folder.
  package var name: String
  /// What it is for.
  package var role: Role
  /// The verb.
  package var verb: String
  /// The data set.
  package var data: String
  /// The network that is made smaller.
  package var model: String?
  /// The method or baseline; empty for a training.
  package var method: String
  /// The settings of the method.
  package var setting: String?
  /// The count.
  package var count: Int?
  /// The judge.
  package var judge: String?
  /// Which of the repetitions, from 0; nil where one serves all.
  package var repetition: Int?
  /// The seed; nil where that of the training before is used.
  package var seed: UInt64?
  /// The options, each with the place in the plan that gives it.
  package var settings: [StudyPlan.Setting]
  /// The name of the training before, whose folder is the run's model.
  package var former: String?

  /// The options in one text each, for comparison.
  ///
  /// With the same data and version, equal texts give equal results.
  package var arguments: [String] {
    var texts = settings.map { "\($0.name)=\($0.values.joined(separator: "\u{1F}"))" }
    if let seed { texts.append("seed=\(seed)") }
    if let former { texts.append("former=\(former)") }
    return [verb] + texts.sorted()
  }

  /// The method with its settings, as tables name it.
  package var candidate: String { setting.map { "\(method), \($0)" } ?? method }
}
