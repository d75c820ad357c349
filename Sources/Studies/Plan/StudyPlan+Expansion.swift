import Tensors

extension StudyPlan {
  /// All runs, trainings first, then data set by data set.
  ///
  /// The name of a run joins what it varies by dots: `madelon.entryprune.short.k20.svc.s0`. What a
  /// plan does not vary has no part in it. A run's seed comes from the plan's seed and its name
  /// alone, so that other runs never change it; the judge's part of the name is left out, so that
  /// all judges see the same choice.
  ///
  /// - Returns: The runs.
  /// - Throws: ``PlanError`` if there are too many, or none, or a pattern fits none.
  package func runs() throws(PlanError) -> [StudyRun] {
    let sizes = [
      data.count, max(models.count, 1), methods.count + 1, max(settings.count, 1),
      max(counts.count, ownCounts.values.map(\.count).max() ?? 1, 1), max(judges.count, 1),
      seedCount,
    ]
    var product = 1
    for size in sizes {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard !overflow, next <= Self.largestRunCount else {
        throw PlanError(
          path, nil, "these are more than \(Self.largestRunCount) runs; leave something out")
      }
      product = next
    }
    var runs: [StudyRun] = []
    for dataSet in data {
      runs += trainings(of: dataSet)
      for method in methods {
        runs += self.runs(of: method, settings, on: dataSet)
      }
      runs += baselines(on: dataSet)
    }
    return try withoutExcluded(runs)
  }

  private func counts(of dataSet: Variant) -> [Int] { ownCounts[dataSet.name] ?? counts }

  /// The runs of a method on a data set.
  private func runs(
    of method: Variant, _ settings: [Variant], on dataSet: Variant
  ) -> [StudyRun] {
    var runs: [StudyRun] = []
    for model in Self.orNil(models) {
      for setting in Self.orNil(settings) {
        for count in Self.orNil(counts(of: dataSet)) {
          for judge in Self.orNil(judges) {
            for repetition in 0..<seedCount {
              var run = StudyRun(
                name: "", role: .method, verb: verb.name, data: dataSet.name, model: model?.name,
                method: method.name, setting: setting?.name, count: count, judge: judge,
                repetition: repetition,
                settings: merged([common, dataSet.settings, method.settings, setting?.settings]))
              complete(&run, place: method.place)
              if let model {
                run.former = Self.trainingName(dataSet, model, repetition)
                run.seed = nil
              }
              runs.append(run)
            }
          }
        }
      }
    }
    return runs
  }

  /// The trainings whose networks the other runs make smaller.
  private func trainings(of dataSet: Variant) -> [StudyRun] {
    guard let training else { return [] }
    let known = Set(training.options.map(\.name))
    return models.flatMap { model in
      (0..<seedCount).map { repetition in
        let name = Self.trainingName(dataSet, model, repetition)
        return StudyRun(
          name: name, role: .training, verb: training.name, data: dataSet.name, model: model.name,
          method: "", repetition: repetition, seed: seed(of: name),
          // Of the data only what a training knows, too.
          settings: merged([
            dataSet.settings.filter { known.contains($0.name) },
            common.filter { setting in
              verb.option(setting.name)?.describesTask == true && known.contains(setting.name)
            }, model.settings,
          ]))
      }
    }
  }

  /// What the methods are compared with: the same task with the options of the baseline.
  private func baselines(on dataSet: Variant) -> [StudyRun] {
    let task = merged([common, dataSet.settings]).filter {
      verb.option($0.name)?.describesTask == true
    }
    return verb.baselines.flatMap { baseline in
      Self.orNil(baseline.isRandom ? counts(of: dataSet) : []).flatMap { count in
        Self.orNil(judges).flatMap { judge in
          (0..<(baseline.isRandom ? seedCount : 1)).map { repetition in
            var own = baseline.options.map {
              Setting(name: $0.name, values: [$0.value], place: dataSet.place)
            }
            if baseline.isRandom, count == nil, let option = verb.countOption {
              own += common.filter { $0.name == option }
            }
            var run = StudyRun(
              name: "", role: .baseline, verb: verb.name, data: dataSet.name,
              method: baseline.name, count: count, judge: judge,
              repetition: baseline.isRandom ? repetition : nil, settings: merged([task, own]))
            complete(&run, place: dataSet.place)
            return run
          }
        }
      }
    }
  }

  /// Gives a run its name, its seed, and what stands under keys of its own.
  private func complete(_ run: inout StudyRun, place: PlanPlace) {
    if let count = run.count, let option = verb.countOption {
      run.settings.append(Setting(name: option, values: ["\(count)"], place: place))
    }
    if let judge = run.judge, let option = verb.judgeOption {
      run.settings.append(Setting(name: option, values: [judge], place: place))
    }
    let task = [run.data, run.model, run.method, run.setting, run.count.map { "k\($0)" }]
    let ending = [run.repetition.map { "s\($0)" }]
    func name(_ parts: [String?]) -> String { parts.compactMap(\.self).joined(separator: ".") }
    run.name = name(task + [run.judge] + ending)
    run.seed = seed(of: name(task + ending))
  }

  private func seed(of name: String) -> UInt64 {
    var random = RandomSource(seed: seed).substream(name)
    return random.next() >> 32
  }

  private static func trainingName(
    _ dataSet: Variant, _ model: Variant, _ repetition: Int
  ) -> String {
    "\(dataSet.name).\(model.name).s\(repetition)"
  }

  /// The options of several levels; of an option that stands on several of them the last counts.
  private func merged(_ levels: [[Setting]?]) -> [Setting] {
    var merged: [Setting] = []
    for setting in levels.compactMap(\.self).joined() {
      if let place = merged.firstIndex(where: { $0.name == setting.name }) {
        merged[place] = setting
      } else {
        merged.append(setting)
      }
    }
    return merged
  }

  /// The elements, or nil once where there are none.
  private static func orNil<Element>(_ elements: [Element]) -> [Element?] {
    elements.isEmpty ? [nil] : elements
  }

  private func withoutExcluded(_ runs: [StudyRun]) throws(PlanError) -> [StudyRun] {
    var fits = [Bool](repeating: false, count: exclusions.count)
    var kept: [StudyRun] = []
    for run in runs {
      var isOut = false
      for (number, exclusion) in exclusions.enumerated() where exclusion.pattern.matches(run.name) {
        fits[number] = true
        isOut = true
      }
      if !isOut { kept.append(run) }
    }
    if let number = fits.firstIndex(of: false) {
      throw PlanError(
        path, exclusions[number].place,
        "'\(exclusions[number].pattern.text)' fits no run; the first is called"
          + " '\(runs.first?.name ?? "")'")
    }
    let trainings = Set(kept.filter { $0.role == .training }.map(\.name))
    let orphaned = kept.first { $0.former.map { !trainings.contains($0) } ?? false }
    if let orphaned {
      throw PlanError(
        path, nil, "the training of '\(orphaned.name)' is left out, but not the run itself")
    }
    guard kept.contains(where: { $0.role == .method }) else {
      throw PlanError(path, exclusions.first?.place, "no run is left")
    }
    return kept
  }
}
