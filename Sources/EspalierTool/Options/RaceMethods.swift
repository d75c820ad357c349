import Espalier

/// The race of `--method auto`, and what its rivals have of the settings given.
extension MethodOptions {
  /// The race, with every setting at the rivals that have it.
  ///
  /// - Returns: The race; its judge is still the usual one.
  /// - Throws: ``ToolError`` for a setting that is of no use, or not that of a race.
  func race() throws -> Race {
    guard training.preset == nil else {
      throw ToolError.usage("--protocol is that of a single method; give --method as well")
    }
    let members = try ensembleMembers()
    var race = Race([
      members[0], members[1], members[2], baseline(.mutualInformation),
      try sparse.method(.set, training), try sparse.method(.rigl, training), baseline(.fTest),
      RankEnsemble(members),
    ])
    if entryPrune.memory != nil {
      // These hold the weights of all columns.
      race.rivals.removeAll { $0 is SparseSelection }
      race.leftOut = ["set", "rigl"].map { .init(rival: $0, reason: "it cannot keep to --memory") }
    }
    return race
  }

  /// The members of the ensemble: EntryPrune, trees and linear models.
  func ensembleMembers() throws -> [any SelectionMethod] {
    _ = try training.preset(among: [.standard], of: MethodName.ensemble.rawValue)
    return [try entryPrune.method(.standard, training), baseline(.trees), baseline(.l1)]
  }

  /// A method of few settings.
  func baseline(_ name: MethodName) -> any SelectionMethod {
    let balances = training.classWeight == .balanced
    switch name {
    case .mutualInformation:
      var method = MutualInformationSelection()
      method.balancesClasses = balances
      return method
    case .l1:
      var method = LassoSelection()
      method.balancesClasses = balances
      method.scaling = training.scale
      if let memory = entryPrune.memory {
        method.cellLimit = min(method.cellLimit, memory.count / 16)
      }
      return method
    case .trees:
      var method = TreeSelection()
      method.balancesClasses = balances
      if let memory = entryPrune.memory {
        method.cellLimit = min(method.cellLimit, memory.count / 48)
      }
      return method
    case .fTest:
      var method = FTestSelection()
      method.balancesClasses = balances
      return method
    default:
      return RandomSelection()
    }
  }
}
