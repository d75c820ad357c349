import Foundation

/// The numbers of a study's runs, gathered over the seeds.
struct StudyValues {
  /// What methods are compared on.
  struct Context: Hashable {
    var data: String
    var model: String?
    var count: Int?
    var judge: String?
  }

  /// A method with its settings, or a baseline.
  struct Candidate: Hashable {
    var name: String
    var isBaseline: Bool
  }

  /// What the runs of a candidate in a context came to, in the order of the seeds.
  struct Sample {
    var records: [StudyRecord] = []

    /// The values of a measure.
    func values(_ measure: String) -> [Double] {
      records.compactMap { record in record.measures.first { $0.name == measure }?.value }
    }

    /// The time of a run, on average.
    var seconds: Double? { Spread(records.map(\.seconds))?.mean }

    /// The time of processors for a run, on average; nil where not all have recorded it.
    var processorSeconds: Double? {
      let times = records.compactMap(\.processorSeconds)
      return times.count == records.count ? Spread(times)?.mean : nil
    }

    /// The largest memory of all runs.
    var peakBytes: Int? { records.compactMap(\.peakBytes).max() }
  }

  /// The contexts, in the order of the plan.
  private(set) var contexts: [Context] = []
  /// The candidates, in the order of the plan, baselines last.
  private(set) var candidates: [Candidate] = []
  private var samples: [Context: [Candidate: Sample]] = [:]

  /// Gathers records.
  ///
  /// - Parameters:
  ///   - runs: All runs of the plan.
  ///   - done: Those that are done.
  init(runs: [StudyRun], done: [(run: StudyRun, record: StudyRecord)]) {
    var (seenContexts, seenCandidates) = (Set<Context>(), Set<Candidate>())
    for run in runs where run.role == .method {
      let (context, candidate) = (Self.context(run), Self.candidate(run))
      if seenContexts.insert(context).inserted { contexts.append(context) }
      if seenCandidates.insert(candidate).inserted { candidates.append(candidate) }
    }
    for run in runs where run.role == .baseline {
      let candidate = Self.candidate(run)
      if seenCandidates.insert(candidate).inserted { candidates.append(candidate) }
    }
    for (run, record) in done where run.role != .training {
      samples[Self.context(run), default: [:]][Self.candidate(run), default: Sample()]
        .records.append(record)
    }
  }

  private static func context(_ run: StudyRun) -> Context {
    Context(data: run.data, model: run.model, count: run.count, judge: run.judge)
  }

  private static func candidate(_ run: StudyRun) -> Candidate {
    Candidate(name: run.candidate, isBaseline: run.role == .baseline)
  }

  /// What a candidate came to in a context; a baseline may serve several.
  func sample(_ candidate: Candidate, _ context: Context) -> Sample? {
    if let sample = samples[context]?[candidate] { return sample }
    guard candidate.isBaseline else { return nil }
    var wider = context
    wider.model = nil
    if let sample = samples[wider]?[candidate] { return sample }
    wider.count = nil
    return samples[wider]?[candidate]
  }

  /// The names of all measures, the main ones first, with whether more is better.
  var measures: [StudyRecord.Measure] {
    var found: [StudyRecord.Measure] = []
    func add(_ measures: some Sequence<StudyRecord.Measure>) {
      for measure in measures where !found.contains(where: { $0.name == measure.name }) {
        found.append(measure)
      }
    }
    let records = contexts.flatMap { context in
      candidates.compactMap { sample($0, context)?.records.first }
    }
    add(records.compactMap(\.measures.first))
    add(records.flatMap(\.measures))
    return found
  }

  /// The measures by which methods are compared: the first of any run.
  var mainMeasures: [StudyRecord.Measure] {
    let first = Set(
      contexts.flatMap { context in
        candidates.compactMap { sample($0, context)?.records.first?.measures.first?.name }
      })
    return measures.filter { first.contains($0.name) }
  }
}

/// Several values as mean and standard deviation.
struct Spread {
  /// The mean to twelve digits, so that equal means of different values are equal.
  let mean: Double
  /// The sample standard deviation; nil for a single value.
  let deviation: Double?

  /// Summarises values; nil without any.
  init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = Self.rounded(mean)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : nil
  }

  private static func rounded(_ value: Double) -> Double {
    guard value != 0, value.isFinite else { return value }
    // Beyond these the power of ten itself would leave the range of numbers.
    let exponent = Int(log10(value.magnitude).rounded(.down))
    guard (-250...250).contains(exponent) else { return value }
    let scale = pow(10, Double(abs(11 - exponent)))
    return exponent <= 11
      ? (value * scale).rounded() / scale : (value / scale).rounded() * scale
  }
}
