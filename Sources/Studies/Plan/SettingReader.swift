import Datasets

/// Reads options of a verb from a plan.
struct SettingReader {
  let path: String
  let verb: StudyVerb
  /// The options that stand elsewhere.
  let taken: Set<String>
  /// Keys that somebody else reads.
  var passed: Set<String> = []

  /// Reads named variants: a mapping of names, or a list of names alone.
  ///
  /// - Parameters:
  ///   - node: The part of the plan.
  ///   - key: Its key, for errors.
  ///   - short: Reads a variant that is no mapping; nil where it is none of those.
  /// - Returns: The variants, in order.
  /// - Throws: ``PlanError`` with line and column.
  func variants(
    _ node: PlanNode, _ key: String,
    short: (String, PlanPlace, PlanNode) throws(PlanError) -> [StudyPlan.Setting]? = { _, _, _ in
      nil
    }
  ) throws(PlanError) -> [StudyPlan.Variant] {
    var variants: [StudyPlan.Variant] = []
    func add(
      _ name: String, _ place: PlanPlace, _ settings: [StudyPlan.Setting]
    ) throws(PlanError) {
      try check(name, place)
      guard !variants.contains(where: { $0.name == name }) else {
        throw PlanError(path, place, "\(key): '\(name)' stands here twice; remove one")
      }
      variants.append(StudyPlan.Variant(name: name, settings: settings, place: place))
    }
    if let elements = node.elements {
      for element in elements {
        let name = try element.requiredText("a name in \(key)")
        try add(name, element.place, try short(name, element.place, element) ?? [])
      }
    } else if let members = try node.members() {
      for member in members {
        let given = try short(member.key, member.place, member.value)
        let settings = if let given { given } else { try self.settings(member.value) }
        try add(member.key, member.place, settings)
      }
    } else {
      throw node.error("\(key) is a mapping of names, such as 'first: {option: value}'")
    }
    guard !variants.isEmpty else { throw node.error("\(key) is empty") }
    return variants
  }

  /// Reads a method: with its options, or by its name alone.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - place: Where the name stands.
  ///   - node: Its options; the name itself where it stands in a list.
  /// - Returns: The options, that which names the method among them.
  /// - Throws: ``PlanError`` with line and column.
  func method(
    _ name: String, _ place: PlanPlace, _ node: PlanNode
  ) throws(PlanError) -> [StudyPlan.Setting] {
    let given = node.text == name ? [] : try settings(node)
    guard let option = verb.methodOption else { return given }
    if given.contains(where: { $0.name == option }) { return given }
    let known = verb.option(option)?.values ?? []
    guard known.contains(name) else {
      throw PlanError(
        path, place,
        "no \(option) '\(name)'" + nameHint(for: name, among: known)
          + (given.isEmpty ? "" : "; or give \(option): under it"))
    }
    return [StudyPlan.Setting(name: option, values: [name], place: place)] + given
  }

  /// Reads a mapping of options.
  func settings(_ node: PlanNode) throws(PlanError) -> [StudyPlan.Setting] {
    if node.isEmpty { return [] }
    guard let members = try node.members() else {
      throw node.error("here stand options of \(verb.name), such as {option: value}")
    }
    var settings: [StudyPlan.Setting] = []
    for member in members where !passed.contains(member.key) {
      settings.append(try setting(member.key, at: member.place, member.value))
    }
    return settings
  }

  /// Reads an option.
  func setting(
    _ name: String, at place: PlanPlace, _ node: PlanNode
  ) throws(PlanError) -> StudyPlan.Setting {
    if let reserved = verb.reserved.first(where: { $0.name == name }) {
      throw PlanError(path, place, "'\(name)' is given by the study; \(reserved.remedy)")
    }
    if taken.contains(name) {
      throw PlanError(path, place, "'\(name)' is given under its own key; remove one of them")
    }
    guard let option = verb.option(name) else {
      let known = verb.options.map(\.name).filter { !taken.contains($0) }
      throw PlanError(
        path, place, "\(verb.name) has no option '\(name)'" + nameHint(for: name, among: known))
    }
    return StudyPlan.Setting(name: name, values: try values(of: option, node), place: node.place)
  }

  private func values(of option: StudyVerb.Option, _ node: PlanNode) throws(PlanError) -> [String] {
    if option.kind == .flag {
      guard let truth = node.truth else { throw node.error("'\(option.name)' is true or false") }
      if !truth && !option.hasNegation { return [] }
      return [truth ? "true" : "false"]
    }
    let elements = node.elements ?? [node]
    guard option.repeats || elements.count == 1 else {
      throw node.error("'\(option.name)' takes one value, but \(elements.count) are here")
    }
    var values: [String] = []
    for element in elements {
      let value = try element.requiredText("'\(option.name)'")
      guard option.values.isEmpty || option.values.contains(value) else {
        throw element.error(
          "no \(option.name) '\(value)'" + nameHint(for: value, among: option.values))
      }
      values.append(value)
    }
    return values
  }

  /// Names become names of folders, with dots between them.
  private func check(_ name: String, _ place: PlanPlace) throws(PlanError) {
    let isPlain = name.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
        || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
    }
    guard isPlain, (1...40).contains(name.utf8.count), !name.hasPrefix("-") else {
      throw PlanError(
        path, place,
        "'\(name)' cannot be a name: at most 40 letters, digits, - and _ make one")
    }
  }
}
