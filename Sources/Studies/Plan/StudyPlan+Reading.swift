import Datasets

extension StudyPlan {
  /// The keys of a plan.
  private enum Key: String, CaseIterable {
    case study, verb, seed, seeds, options, data, models, methods, counts, judges, settings, skip
  }

  /// Reads a plan.
  ///
  /// - Parameters:
  ///   - text: The text, YAML.
  ///   - path: The file, for messages.
  ///   - verbs: The verbs that a study can run.
  ///   - training: The verb that trains a model first.
  /// - Throws: ``PlanError`` with line, column and, for an unknown name, the nearest one.
  package init(
    text: String, path: String, verbs: [StudyVerb], training: StudyVerb
  ) throws(PlanError) {
    let root = try PlanNode(text: text, path: path)
    guard let members = try root.members() else {
      throw root.error("a plan is a mapping: verb: select, data: ..., methods: ...")
    }
    var nodes: [Key: PlanNode.Member] = [:]
    for member in members {
      guard let key = Key(rawValue: member.key) else {
        throw PlanError(
          path, member.place,
          "no key '\(member.key)'" + nameHint(for: member.key, among: Key.allCases.map(\.rawValue)))
      }
      nodes[key] = member
    }
    func required(_ key: Key) throws(PlanError) -> PlanNode {
      guard let member = nodes[key] else { throw PlanError(path, nil, "'\(key)' is missing") }
      return member.value
    }
    func value(_ key: Key) -> PlanNode? { nodes[key].flatMap { $0.value.isEmpty ? nil : $0.value } }

    self.path = path
    let verbNode = try required(.verb)
    let verbName = try verbNode.requiredText("verb")
    guard let verb = verbs.first(where: { $0.name == verbName }) else {
      throw verbNode.error(
        "no verb '\(verbName)'" + nameHint(for: verbName, among: verbs.map(\.name)))
    }
    self.verb = verb
    self.training = verb.modelArgument == nil ? nil : training
    let fileName = path.split(separator: "/").last.map(String.init) ?? path
    title =
      try value(.study)?.requiredText("study")
      ?? (fileName.split(separator: ".").first.map(String.init) ?? "study")
    seed = try value(.seed)?.wholeNumber("seed", in: 0...UInt64.max) ?? 0
    seedCount = try value(.seeds)?.wholeNumber("seeds", in: 1...10_000) ?? 1

    var taken = Set(verb.reserved.map(\.name))
    counts = try Self.counts(value(.counts), verb)
    judges = try Self.list(value(.judges), "judges", verb.judgeOption, verb) {
      node throws(PlanError) in
      try Self.judge(node, verb)
    }
    ownCounts = [:]
    for member in try required(.data).members() ?? [] {
      for own in try member.value.members() ?? [] where own.key == Key.counts.rawValue {
        ownCounts[member.key] = try Self.counts(own.value, verb)
      }
    }
    if !counts.isEmpty || !ownCounts.isEmpty, let option = verb.countOption { taken.insert(option) }
    if !judges.isEmpty, let option = verb.judgeOption { taken.insert(option) }

    let reader = SettingReader(path: path, verb: verb, taken: taken)
    common = try value(.options).map { node throws(PlanError) in try reader.settings(node) } ?? []
    var dataReader = reader
    dataReader.passed = [Key.counts.rawValue]
    data = try dataReader.variants(try required(.data), "data") { _, _, node throws(PlanError) in
      // A path alone is the usual case.
      node.text == nil ? nil : [try reader.setting("data", at: node.place, node)]
    }
    methods = try reader.variants(try required(.methods), "methods") {
      name, place, node throws(PlanError) in try reader.method(name, place, node)
    }
    settings =
      try value(.settings).map { node throws(PlanError) in
        try reader.variants(node, "settings")
      } ?? []
    models = []
    if let member = nodes[.models] {
      guard verb.modelArgument != nil else {
        throw PlanError(
          path, member.place, "\(verb.name) needs no models; remove them, or choose another verb")
      }
      let reader = SettingReader(
        path: path, verb: training, taken: Set(training.reserved.map(\.name)))
      models = try reader.variants(member.value, "models")
    } else if verb.modelArgument != nil {
      throw PlanError(path, nil, "'models' is missing: what \(verb.name) makes smaller")
    }
    exclusions = []
    if let skip = value(.skip) {
      guard let elements = skip.elements else { throw skip.error("skip is a list of patterns") }
      for element in elements {
        exclusions.append(
          Exclusion(
            pattern: NamePattern(try element.requiredText("a pattern")), place: element.place))
      }
    }
    let baselineNames = Set(verb.baselines.map(\.name))
    if let method = methods.first(where: { baselineNames.contains($0.name) }) {
      throw PlanError(
        path, method.place, "'\(method.name)' is always among the methods; remove it")
    }
  }

  /// Reads a list of values that become an option each.
  private static func list<Value: Hashable>(
    _ node: PlanNode?, _ key: String, _ option: String?, _ verb: StudyVerb,
    _ read: (PlanNode) throws(PlanError) -> Value
  ) throws(PlanError) -> [Value] {
    guard let node else { return [] }
    guard option != nil else { throw node.error("\(verb.name) has no \(key); remove them") }
    var values: [Value] = []
    for element in node.elements ?? [node] {
      let value = try read(element)
      guard !values.contains(value) else {
        throw element.error("\(key): \(value) stands here twice")
      }
      values.append(value)
    }
    return values
  }

  private static func counts(_ node: PlanNode?, _ verb: StudyVerb) throws(PlanError) -> [Int] {
    try list(node, Key.counts.rawValue, verb.countOption, verb) { node throws(PlanError) in
      try node.wholeNumber("a count", in: 1...Int.max)
    }
  }

  private static func judge(_ node: PlanNode, _ verb: StudyVerb) throws(PlanError) -> String {
    let name = try node.requiredText("a judge")
    let known = verb.judgeOption.flatMap(verb.option)?.values ?? []
    guard known.contains(name) else {
      throw node.error("no judge '\(name)'" + nameHint(for: name, among: known))
    }
    return name
  }
}
