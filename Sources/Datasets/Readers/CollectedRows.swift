/// The rows of a file in a builder, and what else the file tells of them.
struct CollectedRows: ~Copyable {
  /// All rows of the file; its owner says where they go.
  var builder: TableBuilder
  /// The columns that the format sets apart from the features.
  var labelColumns: [String] = []
  /// The column that is to be predicted by a custom of the format.
  var customaryTarget: String?
  /// What a reader of the table should know, a sentence each.
  var notes: [String] = []

  init(_ builder: consuming TableBuilder) {
    self.builder = builder
  }

  /// Ends the table in memory.
  ///
  /// - Returns: The table.
  consuming func finished() -> Table {
    let (labelColumns, customaryTarget, notes) = (labelColumns, customaryTarget, notes)
    var table = builder.finished()
    table.labelColumns = labelColumns
    table.customaryTarget = customaryTarget
    table.notes = notes
    return table
  }
}
