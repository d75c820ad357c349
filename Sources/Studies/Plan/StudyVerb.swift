/// A verb of the command line as a plan sees it: the options that the leaves of a plan may name.
///
/// Whoever runs the studies describes its verbs so; a plan is read against that description, and
/// nothing of it is written down here.
package struct StudyVerb: Sendable, Equatable {
  /// An option, flag or argument.
  package struct Option: Sendable, Equatable {
    /// How it is typed.
    package enum Kind: Sendable, Equatable {
      case option
      case flag
      /// A value without a name in front.
      case argument
    }

    /// The name without dashes.
    package var name: String
    /// How it is typed.
    package var kind: Kind
    /// Whether it may be given several times.
    package var repeats: Bool
    /// The values there are; empty where any text may be one.
    package var values: [String]
    /// Whether `--no-NAME` turns the flag off.
    package var hasNegation: Bool
    /// Whether its value is a file or folder.
    package var isPath: Bool
    /// Whether it says what is measured, and on what: such options hold for baselines, too.
    package var describesTask: Bool

    /// Describes an option.
    ///
    /// - Parameters:
    ///   - name: The name without dashes.
    ///   - kind: How it is typed.
    ///   - repeats: Whether it may be given several times.
    ///   - values: The values there are; empty where any text may be one.
    ///   - hasNegation: Whether `--no-NAME` turns the flag off.
    ///   - isPath: Whether its value is a file or folder.
    ///   - describesTask: Whether it says what is measured, and on what.
    package init(
      _ name: String, _ kind: Kind = .option, repeats: Bool = false, values: [String] = [],
      hasNegation: Bool = false, isPath: Bool = false, describesTask: Bool = false
    ) {
      self.name = name
      self.kind = kind
      self.repeats = repeats
      self.values = values
      self.hasNegation = hasNegation
      self.isPath = isPath
      self.describesTask = describesTask
    }
  }

  /// What a method has to be compared with, whatever the plan says.
  package struct Baseline: Sendable, Equatable {
    /// Its name in tables.
    package var name: String
    /// Its options, besides those that describe the task.
    package var options: [(name: String, value: String)]
    /// Whether it depends on the count and on the seed; otherwise one run serves all of them.
    package var isRandom: Bool

    /// Describes a baseline.
    ///
    /// - Parameters:
    ///   - name: Its name in tables.
    ///   - options: Its options.
    ///   - isRandom: Whether it depends on the count and on the seed.
    package init(_ name: String, options: [(name: String, value: String)], isRandom: Bool) {
      self.name = name
      self.options = options
      self.isRandom = isRandom
    }

    package static func == (left: Baseline, right: Baseline) -> Bool {
      left.name == right.name && left.isRandom == right.isRandom
        && left.options.elementsEqual(right.options, by: ==)
    }
  }

  /// The name, such as `select`.
  package var name: String
  /// The options, in the order of the help.
  package var options: [Option]
  /// The option that a method's name is the value of where the plan gives it no options.
  package var methodOption: String?
  /// The option that `counts` gives, or nil.
  package var countOption: String?
  /// The option that `judges` gives, or nil.
  package var judgeOption: String?
  /// The argument that is the folder of a training before, or nil.
  package var modelArgument: String?
  /// The options that the study gives itself, and what to do instead.
  package var reserved: [(name: String, remedy: String)]
  /// What the methods are compared with.
  package var baselines: [Baseline]

  /// Describes a verb.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - options: The options, in the order of the help.
  ///   - methodOption: The option whose value is a method's name.
  ///   - countOption: The option that `counts` gives.
  ///   - judgeOption: The option that `judges` gives.
  ///   - modelArgument: The argument that is the folder of a training before.
  ///   - reserved: The options that the study gives itself, and what to do instead.
  ///   - baselines: What the methods are compared with.
  package init(
    _ name: String, options: [Option], methodOption: String? = nil, countOption: String? = nil,
    judgeOption: String? = nil, modelArgument: String? = nil,
    reserved: [(name: String, remedy: String)] = [], baselines: [Baseline] = []
  ) {
    self.name = name
    self.options = options
    self.methodOption = methodOption
    self.countOption = countOption
    self.judgeOption = judgeOption
    self.modelArgument = modelArgument
    self.reserved = reserved
    self.baselines = baselines
  }

  /// Finds an option by its name.
  package func option(_ name: String) -> Option? { options.first { $0.name == name } }

  package static func == (left: StudyVerb, right: StudyVerb) -> Bool {
    left.name == right.name && left.options == right.options && left.baselines == right.baselines
  }
}
