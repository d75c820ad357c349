/// Which runs a study consists of: data sets x methods x counts x judges x settings x seeds.
///
/// A plan is a table of command lines. Every leaf names a long option of the verb, so that nothing
/// is said twice, and whatever the verb can do, a plan can vary:
///
///     verb: select
///     seeds: 5
///     options: {test-fraction: 0.2}      # of all runs
///     data:
///       madelon: {data: madelon.mat, target: Y}
///     methods:
///       entryprune:                      # that is {method: entryprune}
///       attribution: {method: rigl, importance: attribution}
///     counts: [10, 20]                   # --count; a data set may have counts of its own
///     judges: [svc, nearest]             # --judge
///     settings:                          # each method with each of them
///       short: {patience: 50}
///       long: {patience: 100}
///     skip: ["madelon.attribution.*"]    # patterns of names of runs
///
/// `verb: prune units` and `prune layers` have `models:`, whose options are those of `train`: for
/// each data set, model and seed a network is trained first.
package struct StudyPlan: Sendable {
  /// An option that is given, with its place in the text.
  package struct Setting: Sendable, Equatable {
    /// The name of the option, without dashes.
    package var name: String
    /// The values; of a flag `true` or `false`.
    package var values: [String]
    /// Where the plan names it.
    package var place: PlanPlace
  }

  /// One of the data sets, models, methods or settings.
  package struct Variant: Sendable, Equatable {
    /// Its name.
    package var name: String
    /// Its options.
    package var settings: [Setting]
    /// Where its name stands.
    package var place: PlanPlace
  }

  /// A pattern of names of runs that are left out.
  package struct Exclusion: Sendable, Equatable {
    /// The pattern.
    package var pattern: NamePattern
    /// Where it stands.
    package var place: PlanPlace
  }

  /// The file, for messages.
  package var path: String
  /// What the study is called.
  package var title: String
  /// The verb of the runs.
  package var verb: StudyVerb
  /// The verb of the trainings before, for a verb that needs a model.
  package var training: StudyVerb?
  /// What all seeds derive from.
  package var seed: UInt64
  /// How many times each run is repeated.
  package var seedCount: Int
  /// The options of all runs.
  package var common: [Setting]
  /// The data sets.
  package var data: [Variant]
  /// The networks to train first; empty where the verb needs none.
  package var models: [Variant]
  /// The methods.
  package var methods: [Variant]
  /// The counts; empty where the verb or the options give them.
  package var counts: [Int]
  /// The counts of data sets that have others.
  package var ownCounts: [String: [Int]]
  /// The judges; empty where the verb or the options give them.
  package var judges: [String]
  /// The settings with which each method runs; empty where it runs once.
  package var settings: [Variant]
  /// The runs that are left out.
  package var exclusions: [Exclusion]

  /// The largest number of runs.
  static let largestRunCount = 1_000_000
}
