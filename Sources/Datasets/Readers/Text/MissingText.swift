/// What people write into a cell for which they have no value.
enum MissingText {
  private static let texts: Set<String> = [
    "", "?", "NA", "N/A", "#N/A", "<NA>", "n/a", "na", "NaN", "nan", "-nan", "-NaN", "NULL", "null",
    "None", "none", "N.A.", "n.a.", ".", "#DIV/0!", "#VALUE!", "#REF!", "#NUM!", "#NAME?",
  ]

  /// Whether a text stands for a missing value.
  ///
  /// - Parameter text: The cell without blanks around it.
  /// - Returns: Whether it is empty or one of the usual abbreviations.
  static func isMissing(_ text: String) -> Bool {
    text.utf8.count <= 7 && texts.contains(text)
  }
}
