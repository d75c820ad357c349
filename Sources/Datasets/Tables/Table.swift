/// What a file holds: columns of numbers and of categories, and what is known of their meaning.
public struct Table: Sendable {
  /// All columns as numbers, n x p; the cells of a categorical column are indices of its levels,
  /// and a missing cell is NaN.
  public var features: FeatureStore
  /// What each column is, p.
  public var kinds: [ColumnKind]
  /// Columns that the format sets apart from the features, such as the class of an image; the
  /// first of them is to be predicted where nobody says what, or all of those that were declared
  /// to be the targets together.
  public var labelColumns: [String] = []
  /// The column that is to be predicted where nobody says what, by a custom of the format; like
  /// any other it is a feature if something else is.
  public var customaryTarget: String?
  /// The column that tells how much each row counts, where the file says so.
  public var weightColumn: String?
  /// The column that tells what each row is a measurement of, where the file says so.
  public var subjectColumn: String?
  /// What a reader of the table should know, a sentence each.
  public var notes: [String] = []
  /// Columns of numbers with few cells that are none: likely mistakes, if they are wanted.
  var mistakes: [Int: CellMistake] = [:]
  /// Whether a column that another table has and this one has not is one of zeros, because the
  /// format leaves zeros out.
  var absentColumnsAreZero = false
  /// Whether all label columns, not only the first, are to be predicted where nobody says what.
  var predictsAllLabels = false
  /// Parts of the file that are no columns, and why, for whoever asks for them.
  var setAside: [(name: String, reason: String)] = []

  /// Creates a table.
  ///
  /// - Parameters:
  ///   - features: All columns as numbers, n x p.
  ///   - kinds: What each column is, p; nil for numbers.
  public init(features: FeatureStore, kinds: [ColumnKind]? = nil) {
    self.features = features
    self.kinds = kinds ?? [ColumnKind](repeating: .numeric, count: features.columnCount)
  }

  /// The number of rows, n.
  public var rowCount: Int { features.rowCount }
  /// The number of columns, p.
  public var columnCount: Int { features.columnCount }
  /// The name of each column, p.
  public var columnNames: [String] { features.columnNames }
}

/// The first cell of a column of numbers that is none.
struct CellMistake: Sendable {
  var line: Int
  var text: String
}

/// What the cells of a column are.
public enum ColumnKind: Sendable, Equatable {
  /// Numbers.
  case numeric
  /// One of some texts, which are in order: by value if all are numbers, else by Unicode scalars.
  case categorical(levels: [String])
  /// Texts of which there are too many to tell apart; the cells are not kept.
  case text

  /// The texts of a categorical column; nil for any other.
  public var levels: [String]? {
    if case .categorical(let levels) = self { levels } else { nil }
  }
}
