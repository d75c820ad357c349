import Espalier

extension TableInspection {
  /// The inspection for programs, schema 1.
  func json(title: String, details: [ColumnDetail]) -> JSON {
    let kinds = kindCounts()
    let names = table.columnNames
    return .object([
      ("schema", .integer(1)),
      ("data", .string(title)),
      ("format", .string(format)),
      ("rows", .integer(table.rowCount)),
      (
        "columns",
        .object([
          ("total", .integer(table.columnCount)), ("numeric", .integer(kinds.numeric)),
          ("categorical", .integer(kinds.categorical)), ("text", .integer(kinds.text)),
        ])
      ),
      ("types", .object(typeCounts().map { ($0.type.title, .integer($0.count)) })),
      ("memoryBytes", .integer(table.features.byteCount)),
      (
        "missing",
        .object([
          ("cells", .integer(missingCounts.reduce(0, +))),
          ("columns", .integer(missingCounts.count { $0 > 0 })),
        ])
      ),
      ("target", targetJSON),
      ("labelColumns", .strings(table.labelColumns)),
      ("weightColumn", .optional(table.weightColumn, JSON.string)),
      ("groupColumn", .optional(table.subjectColumn, JSON.string)),
      ("targetCandidates", .strings(candidates)),
      (
        "sparse",
        .optional(sparseness()) {
          .object([("columns", .integer($0.columnCount)), ("share", .number($0.share))])
        }
      ),
      (
        "image",
        .optional(table.features.imageShape) {
          .object([("height", .integer($0.height)), ("width", .integer($0.width))])
        }
      ),
      ("constant", .strings(constantColumns.map { names[$0] })),
      (
        "duplicates",
        .array(
          duplicateColumns.map {
            .object([
              ("column", .string(names[$0.column])), ("equals", .string(names[$0.original])),
            ])
          })
      ),
      ("identifiers", .strings(identifierColumns.map { names[$0] })),
      ("rowNumbers", .strings(rowNumberColumns.map { names[$0] })),
      ("damaged", .optional(damagedColumns) { .strings($0.map { names[$0] }) }),
      ("notes", .strings(notes)),
      ("columnDetails", .array(details.map(Self.json))),
    ])
  }

  private var targetJSON: JSON {
    guard !targetNames.isEmpty else { return .null }
    let (task, content): (JSON, [(String, JSON)]) =
      switch target {
      case .classes(_, let names): (.string("classification"), [("classes", sizes(names))])
      case .labels(_, let names): (.string("classification"), [("labels", sizes(names))])
      case .values(let values):
        (
          .string("regression"),
          [
            ("minimum", .number(Double(values.min() ?? 0))),
            ("maximum", .number(Double(values.max() ?? 0))),
          ]
        )
      case .outputs: (.string("regression"), [])
      case nil: (.null, [])
      }
    return .object(
      [("columns", .strings(targetNames)), ("task", task)] + content
        + [("rowsWithout", .integer(unlabelledCount))])
  }

  /// The rows of each class or label.
  private func sizes(_ names: [String]) -> JSON {
    .array(
      zip(names, classSizes).map { .object([("name", .string($0)), ("rows", .integer($1))]) })
  }

  private static func json(_ detail: ColumnDetail) -> JSON {
    .object([
      ("name", .string(detail.name)), ("kind", .string(detail.kind.name)),
      ("type", .string(detail.elementType.title)), ("sparse", .bool(detail.isSparse)),
      ("missing", .integer(detail.missingCount)), ("distinct", .integer(detail.distinctCount)),
      ("minimum", .optional(detail.minimum) { number($0, of: detail) }),
      ("median", .optional(detail.median) { number($0, of: detail) }),
      ("maximum", .optional(detail.maximum) { number($0, of: detail) }),
      (
        "levels",
        .optional(detail.kind.levels) { levels in
          .array(
            zip(levels, detail.levelCounts).map {
              .object([("name", .string($0)), ("rows", .integer($1))])
            })
        }
      ),
    ])
  }

  /// A number with no more digits than its column has.
  private static func number(_ value: Double, of detail: ColumnDetail) -> JSON {
    .number(detail.elementType == .float ? Double("\(Float(value))") ?? value : value)
  }
}
