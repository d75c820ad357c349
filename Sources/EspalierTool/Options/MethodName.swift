import ArgumentParser
import Espalier

/// The methods of choice: adding one is a case and a line.
enum MethodName: String, CaseIterable, ExpressibleByArgument {
  case entryPrune = "entryprune"
  case entryPruneFlex = "entryprune-flex"
  case set, rigl, `static`, dense
  case fTest = "f-test"
  case random

  /// The method with the settings given.
  func method(
    _ options: EntryPruneOptions, _ sparse: SparseOptions
  ) throws -> any SelectionMethod {
    switch self {
    case .entryPrune:
      return try options.method()
    case .entryPruneFlex:
      var method = try options.method()
      method.isFlexible = true
      return method
    case .set, .rigl, .static, .dense:
      try refuse(options)
      var method = SparseSelection(SparseSelection.Topology(rawValue: rawValue) ?? .set)
      sparse.apply(to: &method)
      return method
    case .fTest:
      try refuse(options)
      return FTestSelection()
    case .random:
      try refuse(options)
      return RandomSelection()
    }
  }

  private func refuse(_ options: EntryPruneOptions) throws {
    if options.areGiven {
      throw ToolError.usage(
        "settings of EntryPrune are given, but --method \(rawValue) has none; remove them")
    }
  }
}
