/// What a file holds: features and, if there is one, a column of labels as text.
public struct Table: Sendable {
  /// The features, n x p.
  public var features: FeatureStore
  /// The column that is to be predicted, or nil.
  public var labels: LabelColumn?

  /// Creates a table.
  ///
  /// - Parameters:
  ///   - features: The features, n x p.
  ///   - labels: The labels, n, or nil.
  public init(features: FeatureStore, labels: LabelColumn?) {
    self.features = features
    self.labels = labels
  }
}

/// A column of labels, as text.
public struct LabelColumn: Sendable, Equatable {
  /// The name of the column, or of the variable of a `.mat` file.
  public var name: String
  /// The label of each row.
  ///
  /// A number has its shortest text, so that 1, 1.0 and 01 are one label.
  public var texts: [String]

  /// Creates a column of labels.
  ///
  /// - Parameters:
  ///   - name: The name of the column.
  ///   - texts: The label of each row.
  public init(name: String, texts: [String]) {
    self.name = name
    self.texts = texts
  }
}

/// Which columns of a file become features; the target is never one of them.
public enum ColumnChoice: Sendable, Equatable {
  /// All but the target.
  case all
  /// All but the target and those named. Their cells are not read, so they may hold anything.
  case except([String])
  /// Those named, in this order. The cells of others are not read.
  case only([String])
}

/// Where the labels of a table are.
public enum TargetLocation: Sendable, Equatable {
  /// In a column of this name; else in the column of this 0-based index. In a `.mat` file first of
  /// all in the variable of this name.
  case column(String)
  /// As `column`, but a file without it is a table without labels.
  case columnIfPresent(String)
  /// In a file of their own: IDX, or one value per line.
  case labelFile(String)
  /// Nowhere, except that a `.mat` file usually has a variable `Y` or `gnd`.
  case unspecified
}
