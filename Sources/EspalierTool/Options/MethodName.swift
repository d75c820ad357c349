import ArgumentParser
import Espalier

/// The methods of choice: adding one is a case and a line.
enum MethodName: String, CaseIterable, ExpressibleByArgument {
  case auto
  case entryPrune = "entryprune"
  case entryPruneFlex = "entryprune-flex"
  case set
  case rigl
  case `static`
  case dense
  case quickSelection = "quickselection"
  case neuroFS = "neurofs"
  case fTest = "f-test"
  case mutualInformation = "mutual-information"
  case l1
  case trees
  case ensemble
  case random

  /// Whether the content of columns says how they are scaled, where nobody else does.
  var scalesByContent: Bool {
    switch self {
    case .entryPrune, .entryPruneFlex, .set, .rigl, .static, .dense: true
    default: false
    }
  }

  /// What a run goes through over and over.
  var roundName: String {
    switch self {
    case .set, .rigl, .static, .dense, .quickSelection, .neuroFS: "epoch"
    case .auto, .ensemble: "round"
    default: "rotation"
    }
  }
}

/// The settings of all methods, as they were typed.
struct MethodOptions: ParsableArguments {
  @OptionGroup(title: "Settings of methods that train a network") var training: TrainingOptions
  @OptionGroup(title: "Settings of EntryPrune") var entryPrune: EntryPruneOptions
  @OptionGroup(title: "Settings of sparse networks") var sparse: SparseOptions

  /// The method with the settings given.
  ///
  /// - Parameter name: The method.
  /// - Returns: The method.
  /// - Throws: ``ToolError`` if a setting is given that the method does not have.
  func method(_ name: MethodName) throws -> any SelectionMethod {
    switch name {
    case .auto: return try race()
    case .entryPrune, .entryPruneFlex:
      try refuse(sparse.given, name)
      let preset = try training.preset(among: [.standard, .released], of: name.rawValue)
      var method = try entryPrune.method(preset == .released ? .released : .standard, training)
      method.isFlexible = name == .entryPruneFlex
      return method
    case .set, .rigl, .static, .dense:
      try refuse(entryPrune.given, name)
      let topology = SparseSelection.Topology(rawValue: name.rawValue) ?? .set
      return try sparse.method(topology, training)
    case .quickSelection:
      try refuse(entryPrune.given, name)
      return try sparse.quickSelection(training)
    case .neuroFS:
      try refuse(entryPrune.given, name)
      return try sparse.neuroFS(training)
    case .ensemble:
      try refuse(sparse.given, name)
      return RankEnsemble(try ensembleMembers())
    case .fTest, .mutualInformation, .l1, .trees, .random:
      try refuse(entryPrune.given, name)
      try refuse(sparse.given, name)
      var others = training
      if name != .random { others.learning.classWeight = nil }
      if name == .l1 { others.learning.scaleName = nil }
      try refuse(others.given, name)
      return baseline(name)
    }
  }

  private func refuse(_ given: [String], _ name: MethodName) throws {
    if given.isEmpty { return }
    throw ToolError.usage(
      "--method \(name.rawValue) has no \(given.joined(separator: ", no ")); leave"
        + " \(given.count == 1 ? "it" : "them") out")
  }
}
