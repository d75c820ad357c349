import Foundation
import Tensors
import Testing

@testable import Datasets

@Suite struct ColumnStoreTests {
  /// A table with columns of every kind, tall or wide.
  private func randomTable(_ source: inout RandomSource) -> Table {
    let (rowCount, columnCount) = (1 + source.index(below: 40), 1 + source.index(below: 90))
    let names = (0..<columnCount).map { "c\($0) ü" }
    var builder = TableBuilder(names: names)
    let sorts = names.map { _ in source.index(below: 6) }
    let gaps = names.map { _ in source.index(below: 3) == 0 }
    for _ in 0..<rowCount {
      for column in 0..<columnCount {
        if gaps[column], source.index(below: 4) == 0 {
          builder.row[column] = .nan
          continue
        }
        switch sorts[column] {
        case 0: builder.row[column] = Double(source.index(below: 256))
        case 1: builder.row[column] = Double(source.index(below: 65_536) - 32_768)
        case 2: builder.row[column] = Double(source.index(below: 1 << 32) - 1 << 31)
        case 3: builder.row[column] = Double(source.uniform(-3, 3))
        case 4: builder.row[column] = source.index(below: 2) == 0 ? 0 : -0.0
        default: builder.take("level \(source.index(below: 5))", column: column)
        }
      }
      builder.endRow()
    }
    var table = builder.finished()
    if source.index(below: 2) == 0 { table = withSparseColumns(table, &source) }
    table.labelColumns = [names[source.index(below: columnCount)]]
    table.notes = ["a note", ""]
    if source.index(below: 2) == 0 { table.features.imageShape = (1, columnCount) }
    return table
  }

  private func withSparseColumns(_ table: Table, _ source: inout RandomSource) -> Table {
    var rows = SparseRows<Int16>(width: 7)
    for _ in 0..<table.rowCount {
      for position in 0..<7 where source.index(below: 5) == 0 {
        rows.append(UInt32(position), Int16(1 + source.index(below: 300)))
      }
      rows.endRow()
    }
    let sparse = FeatureStore(
      parts: [.sparse(rows.block())], rowCount: table.rowCount,
      columnNames: (0..<7).map { "s\($0)" })
    return Table(
      features: table.features.appending(sparse),
      kinds: table.kinds + Array(repeating: .numeric, count: 7))
  }

  private func expectEqual(_ read: Table, _ table: Table) {
    #expect(read.columnNames == table.columnNames && read.kinds == table.kinds)
    #expect(read.labelColumns == table.labelColumns && read.notes == table.notes)
    #expect(read.features.imageShape?.width == table.features.imageShape?.width)
    #expect(read.features.types == table.features.types)
    for column in 0..<table.columnCount {
      #expect(read.features.hasMissing(column) == table.features.hasMissing(column))
      #expect(read.features.isSparse(column) == table.features.isSparse(column))
      #expect(
        read.features.exact(column).map(\.bitPattern)
          == table.features.exact(column).map(\.bitPattern))
    }
    #expect(read.features.columnHashes() == table.features.columnHashes())
    #expect(ColumnStore.damagedColumns(of: read).isEmpty)
  }

  @Test func anyTableComesBackAsItWas() throws {
    let scratch = try Scratch()
    var source = RandomSource(seed: 1)
    for _ in 0..<100 {
      let table = randomTable(&source)
      try ColumnStore.write(table, to: scratch.path("t.espalier"))
      expectEqual(try ColumnStore.open(path: scratch.path("t.espalier")), table)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.directory).count == 1)
  }

  @Test func aViewIsWrittenWithItsColumnsOnly() throws {
    let scratch = try Scratch()
    var source = RandomSource(seed: 2)
    for _ in 0..<30 {
      let whole = randomTable(&source)
      let columns = (0..<3).map { _ in source.index(below: whole.columnCount) }
      let table = Table(
        features: whole.features.viewing(columns: columns), kinds: columns.map { whole.kinds[$0] })
      try ColumnStore.write(table, to: scratch.path("t.espalier"))
      expectEqual(try ColumnStore.open(path: scratch.path("t.espalier")), table)
    }
  }

  /// Rows that come in several runs are put into the panels at the right places.
  @Test(arguments: [(300, 5), (300, 100), (7, 300)]) func runsOfRowsFollowEachOther(
    _ rowCount: Int, _ width: Int
  ) throws {
    let scratch = try Scratch()
    var source = RandomSource(seed: 3)
    let store = randomStore(rows: rowCount, columns: width, bytes: true, using: &source)
    let layout = CellLayout(
      store.types.map { CellKind(element: $0, hasMissing: false) })
    var sink = try StoreSink(path: scratch.path("t"), runByteCount: 11 * width)
    sink.begin(layout, rowCount: rowCount)
    let cells = store.cells.map { UInt8($0) }
    var row = 0
    while row < rowCount {
      let end = min(rowCount, row + 1 + source.index(below: 40))
      cells[(row * width)..<(end * width)].withUnsafeBytes {
        sink.take(rows: row..<end, group: 0, bytes: $0)
      }
      row = end
    }
    try sink.finish(StoreSchema(Table(features: store)))
    let read = try ColumnStore.open(path: scratch.path("t"))
    #expect(read.features.cells == store.cells)
    #expect(ColumnStore.damagedColumns(of: read).isEmpty)
  }

  @Test func panelsAreCacheLinesOfTallTablesAndColumnsOfWideOnes() {
    func width(_ element: ElementType, _ rows: Int, _ columns: Int) -> Int {
      StoreLayout.panelWidth(element, rowCount: rows, width: columns)
    }
    #expect(width(.uint8, 60_000, 784) == 61)
    #expect(width(.float, 10_000_000, 28) == 14 && width(.float, 100, 16) == 16)
    #expect(width(.uint8, 200, 1_000_000) == 1 && width(.uint8, 10, 11) == 1)
    #expect(width(.int16, 5, 1) == 1)
  }

  private func smallStore(_ scratch: Scratch) throws -> [UInt8] {
    var source = RandomSource(seed: 5)
    var builder = TableBuilder(names: ["a", "bb", "c"])
    for row in 0..<5 {
      builder.row[0] = Double(row)
      builder.row[1] = row == 2 ? .nan : 0.25 * Double(row)
      builder.take(row % 2 == 0 ? "x" : "y", column: 2)
      builder.endRow()
    }
    let table = withSparseColumns(builder.finished(), &source)
    try ColumnStore.write(table, to: scratch.path("small"))
    return Array(try Data(contentsOf: URL(fileURLWithPath: scratch.path("small"))))
  }

  /// Looks at every cell and every text, as a method might.
  private func digest(_ table: Table) -> [UInt64] {
    var words = table.features.computedHashes()
    for column in 0..<table.columnCount {
      // Zeros are one number, and so are all kinds of NaN.
      words += table.features.exact(column).map { ($0 + 0).isNaN ? 1 : ($0 + 0).bitPattern }
      if let labels = try? table.labels(column, path: "") {
        words += labels.texts.map { UInt64($0.utf8.count) }
      }
    }
    words += table.columnNames.joined(separator: " ").utf8.map(UInt64.init)
    return words
  }

  @Test func everyChangedByteIsAnErrorOrDamageOrNoCell() throws {
    let bytes = try smallStore(Scratch())
    let whole = try ColumnStore.table(in: StoreMemory(bytes), path: "f")
    let expected = digest(whole)
    var counts = (refused: 0, damaged: 0, equal: 0)
    for position in bytes.indices {
      for flip in [1, 0x80, 0xff] as [UInt8] {
        var changed = bytes
        changed[position] ^= flip
        do {
          let table = try ColumnStore.table(in: StoreMemory(changed), path: "f")
          if !ColumnStore.damagedColumns(of: table).isEmpty {
            counts.damaged += 1
          } else {
            #expect(digest(table) == expected, "byte \(position)")
            counts.equal += 1
          }
        } catch {
          if case .corrupt = error { counts.refused += 1 } else { Issue.record("\(error)") }
        }
      }
    }
    #expect(counts.refused > 1000 && counts.damaged > 50 && counts.equal > 1000)
  }

  /// The checksums set right again, so that what they cover is looked at.
  private func resealed(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    func put(_ word: UInt64, _ offset: Int) {
      withUnsafeBytes(of: word.littleEndian) { source in
        for (index, byte) in source.enumerated() { bytes[offset + index] = byte }
      }
    }
    let start = (0..<8).reduce(0) { $0 | UInt64(bytes[24 + $1]) << (8 * $1) }
    if let start = Int(exactly: start), start <= bytes.count {
      put(UInt64(bytes.count - start), 32)
      put(bytes[start...].withUnsafeBytes { ColumnStore.checksum($0[...]) }, 40)
    }
    put(UInt64(bytes.count), 16)
    put(bytes[..<56].withUnsafeBytes { ColumnStore.checksum($0[...]) }, 56)
    return bytes
  }

  @Test func aHostileFileIsRefusedOrHarmless() throws {
    let bytes = try smallStore(Scratch())
    var source = RandomSource(seed: 6)
    var readable = 0
    for _ in 0..<20_000 {
      var changed = bytes
      for _ in 0..<(1 + source.index(below: 3)) {
        // The first bytes, the cells and the schema in turn.
        let range = [0..<64, 4096..<bytes.count, (bytes.count - 400)..<bytes.count][
          source.index(below: 3)]
        let position = range.lowerBound + source.index(below: range.count)
        changed[position] = UInt8(source.index(below: 256))
      }
      if source.index(below: 10) == 0 { changed.removeLast(source.index(below: 300)) }
      changed = resealed(changed)
      if let table = try? ColumnStore.table(in: StoreMemory(changed), path: "f") {
        _ = digest(table)
        readable += 1
      }
    }
    #expect(readable > 1000)
  }

  @Test func everyTruncatedFileIsRefused() throws {
    let scratch = try Scratch()
    let bytes = try smallStore(scratch)
    for count in 0..<bytes.count {
      #expect(throws: DatasetError.self) {
        try ColumnStore.table(in: StoreMemory(Array(bytes[..<count])), path: "f")
      }
    }
    let path = try scratch.write(Array(bytes[..<(bytes.count - 1)]), "short")
    guard case .corrupt(_, let reason)? = failure({ try ColumnStore.open(path: path) }) else {
      Issue.record("not refused")
      return
    }
    #expect(reason == "it has \(bytes.count - 1) bytes instead of \(bytes.count)")
    #expect(failure { try ColumnStore.open(path: scratch.path("none")) }?.isMissingInput == true)
  }

  @Test func aStoreIsReadLikeAnyFile() throws {
    let scratch = try Scratch()
    let csv = try scratch.write("x,kind,y\n1,red,a\n2.5,blue,b\n,red,a\n4,blue,b\n")
    let source = TableSource(paths: [csv], target: .column("y"))
    let written = try TableWriter.convert(source, to: .espalier, path: scratch.path("t"))
    #expect(written.rowCount == 4 && written.labelColumns == ["y"])
    let store = TableSource(paths: [scratch.path("t")])
    #expect(try store.readDataset().contentHash() == source.readDataset().contentHash())
    #expect(try FileFormat.recognise(path: scratch.path("t")) == .store)
    let packed = try scratch.compress(
      Array(Data(contentsOf: URL(fileURLWithPath: scratch.path("t")))), "t.gz")
    #expect(failure { try TableSource(paths: [packed]).readTable() } != nil)
  }
}
