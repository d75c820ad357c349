import ArgumentParser
import Espalier

/// Which rows are held out.
struct TestOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Data to hold out, in a file of their own; repeat for several.",
      valueName: "data"))
  var test: [String] = []

  @Option(help: "The labels of --test, as --labels.")
  var testLabels: String?

  @Option(
    help: ArgumentHelp(
      "The share of the rows to hold out, each class in proportion; the same rows for every seed.",
      valueName: "share"))
  var testFraction: Double?

  @Option(
    help: ArgumentHelp("A file of the rows to hold out: 0-based, one per line.", valueName: "file"))
  var testRows: String?

  func validate() throws {
    let given = [!test.isEmpty, testFraction != nil, testRows != nil].count { $0 }
    if given > 1 {
      throw ValidationError("--test, --test-fraction and --test-rows exclude each other; give one")
    }
    if testLabels != nil && test.isEmpty {
      throw ValidationError("--test-labels needs --test")
    }
    if let testFraction, !(testFraction > 0 && testFraction < 1) {
      throw ValidationError("--test-fraction is \(testFraction), but must be between 0 and 1")
    }
  }

  /// Whether any row is held out.
  var holdsOut: Bool { !test.isEmpty || testFraction != nil || testRows != nil }
}
