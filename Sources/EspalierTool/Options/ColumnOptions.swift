import ArgumentParser

/// Columns that are of no interest.
struct DropOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Columns to leave out, by name or index, with commas between them.", valueName: "columns"))
  var drop: [String] = []

  /// The columns as they were typed.
  var columns: [String] { columnList(drop) }
}

/// The columns of texts with commas between them.
func columnList(_ texts: [String]) -> [String] {
  texts.flatMap { $0.split(separator: ",") }.map { $0.trimmingPrefix(while: \.isWhitespace) }
    .map(String.init).filter { !$0.isEmpty }
}

/// Columns that are no features because somebody says so.
struct DroppedColumns {
  /// By name or index.
  var names: [String] = []
  /// Columns that stay although they are among the names: whoever chooses says what is wrong.
  var spared: [String] = []
  /// Whether a name may be none of the file, as that of a group is.
  var mayBeUnknown = false
  /// Whether columns of numbers stay in the table, as those of a group do, and are passed over.
  var onlyTexts = false
  /// Columns that an earlier run left out, where there are such.
  var former: [String] = []
}
