/// A matrix of which only some entries exist: a pattern and a value per entry.
public struct SparseMatrix: Equatable, Sendable {
  /// Which entries exist.
  public let pattern: SparsePattern
  /// The value of each entry, in the order of the pattern.
  public var values: Tensor

  /// Creates a matrix.
  ///
  /// - Parameters:
  ///   - pattern: Which entries exist.
  ///   - values: The value of each entry, [entries].
  public init(_ pattern: SparsePattern, values: Tensor) {
    require(
      values.shape == [pattern.entryCount],
      "SparseMatrix: values \(values.shape) for \(pattern.entryCount) entries")
    self.pattern = pattern
    self.values = values
  }

  /// Takes the entries of a matrix that a pattern names.
  ///
  /// - Parameters:
  ///   - dense: [rows x columns].
  ///   - pattern: Which entries are taken.
  public init(_ dense: Tensor, at pattern: SparsePattern) {
    require(
      dense.shape == [pattern.rowCount, pattern.columnCount],
      "SparseMatrix: a pattern of \(pattern.rowCount)x\(pattern.columnCount) on \(dense.shape)")
    var values = Tensor([pattern.entryCount])
    values.withMutableElements { target in
      dense.withElements { source in
        for row in 0..<pattern.rowCount {
          for entry in pattern.entries(ofRow: row) {
            target[entry] = source[row * pattern.columnCount + Int(pattern.columns[entry])]
          }
        }
      }
    }
    self.init(pattern, values: values)
  }

  /// The matrix with zeros where no entry exists, [rows x columns].
  public var dense: Tensor {
    var result = Tensor([pattern.rowCount, pattern.columnCount])
    result.withMutableElements { target in
      values.withElements { source in
        for row in 0..<pattern.rowCount {
          for entry in pattern.entries(ofRow: row) {
            target[row * pattern.columnCount + Int(pattern.columns[entry])] = source[entry]
          }
        }
      }
    }
    return result
  }
}
