import Foundation

@testable import Datasets

/// Writes small sound files for every fuzz target: each rule of a format at least once.
///
///     Seeds FOLDER       writes FOLDER/READER/NAME
@main
enum Seeds {
  static func main() throws {
    let folder = CommandLine.arguments[1]
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (reader, seeds) in text.merging(arrays(), uniquingKeysWith: { $1 })
      .merging(["store": try stores(folder)], uniquingKeysWith: { $1 })
    {
      let place = "\(folder)/\(reader)"
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      for (index, seed) in seeds.enumerated() {
        try Data(seed).write(to: URL(fileURLWithPath: "\(place)/\(index)"))
      }
    }
  }

  private static var text: [String: [[UInt8]]] {
    [
      "csv": [
        "a,b,t\n1,-2.5e3,x\n?,\"q \"\"r\"\", s\",NA\n",
        "a;b\r\n1,5;2,25\r\n;-3\r\n",
        " 0.5  1 2\n\t3 4.25  5 \n\n# comment\n6 7 8\n",
        "# a\tb\n1\t2\n3\t\n",
        "\u{feff}\"a\"\n\"1\n2\"\n.869293212890625123\n",
        "1 2\r3 4\r123456789012345678901234567890 1e-300\r",
        "a b\nr1 1 2\nr2 3 4\n",
      ],
      "arff": [
        """
        % c
        @relation r
        @attribute "a b" real
        @attribute b {u,'v w'}
        @attribute class string
        @data
        1.5,u,"x\\"y"
        ?,'v w',?

        """,
        "@RELATION r\n@attribute a integer [1,10]\n@attribute d date \"yyyy\"\n@data\n 1 2020\n2\t?"
          + "\n",
        """
        @relation r
        @attribute a numeric
        @attribute b numeric
        @attribute c numeric
        @attribute d numeric
        @attribute e numeric
        @attribute k {n,y}
        @data
        {0 1, 5 y}
        {}
        {3 ?}
        {4 -2.5}

        """,
      ],
      "libsvm": [
        "+1 1:0.5 7:1 # c\n-1 2:3 3:300\n0\n", "# c\n1,3 qid:4 0:1\n 1:70000\nspam 4:1e-3\n",
      ],
      "labels": [
        "1\n-1\r\n1.50\n\"a b\"\n", "setosa\nversicolor\n\n", "+1 1:0.5 7:1\n@relation x\n",
        "version https://git-lfs", "PK\u{3}\u{4}", "MATLAB 7.3", "a\0b",
      ],
    ].mapValues { $0.map { Array($0.utf8) } }
  }

  private static func arrays() -> [String: [[UInt8]]] {
    [
      "npy": npy, "idx": idx, "tar": [tar(isLong: false), tar(isLong: true)], "cifar": cifar,
      "safetensors": safetensors, "model": ModelSeeds.all, "checkpoint": checkpoint,
    ]
  }

  private static var npy: [[UInt8]] {
    let headers: [(type: String, isFortran: Bool, shape: String, size: Int)] = [
      ("<f8", false, "(2, 3)", 48), (">f4", true, "(3, 2)", 24), ("|u1", false, "(4,)", 4),
      ("<i2", false, "(2, 1, 2)", 8), (">i8", true, "(1, 2)", 16), ("<f2", false, "(3, 1)", 6),
      ("<U3", false, "(2,)", 24), ("|S2", false, "(3,)", 6), ("|b1", false, "()", 1),
      ("|O", false, "(1,)", 8), ("<c8", false, "(1,)", 8),
    ]
    let texts = headers.map { header in
      let order = header.isFortran ? "True" : "False"
      let text =
        "{'descr': '\(header.type)', 'fortran_order': \(order), 'shape': \(header.shape), }\n"
      return Array(text.utf8) + (0..<header.size).map { UInt8(truncatingIfNeeded: 7 * $0) }
    }
    let whole = NPYHeader.magic + [2, 0, UInt8(texts[2].count - 4), 0, 0, 0] + texts[2]
    return texts + [whole]
  }

  private static var idx: [[UInt8]] {
    let sizes: [(type: UInt8, size: Int)] = [(8, 1), (9, 1), (11, 2), (12, 4), (13, 4), (14, 8)]
    return sizes.flatMap { type, size in
      [[3], [2, 2], [2, 1, 3]].map { (extents: [UInt8]) in
        let count = extents.reduce(size) { $0 * Int($1) }
        return [0, 0, type, UInt8(extents.count)] + extents.flatMap { [0, 0, 0, $0] }
          + (0..<count).map { UInt8(truncatingIfNeeded: 3 * $0) }
      }
    }
  }

  /// A file of three bytes; with a long name of GNU's or POSIX's before it.
  private static func tar(isLong: Bool) -> [UInt8] {
    func header(_ name: String, _ type: Character, _ size: Int) -> [UInt8] {
      var block = [UInt8](repeating: 0, count: 512)
      func put(_ text: String, at offset: Int) {
        for (index, byte) in text.utf8.enumerated() { block[offset + index] = byte }
      }
      put(name, at: 0)
      put(String(size, radix: 8), at: 124)
      put("ustar\u{0}00", at: 257)
      put(String(type), at: 156)
      return block
    }
    func filled(_ text: String) -> [UInt8] {
      Array(text.utf8) + [UInt8](repeating: 0, count: 512 - text.utf8.count)
    }
    let file = header("r/a/1.png", "0", 4) + filled("abcd")
    guard isLong else { return header("r/", "5", 0) + file }
    return header("././@LongLink", "L", 9) + filled("r/b/2.jpg")
      + header("x", "x", 26) + filled("16 path=a/b.png\n10 size=4\n") + file
  }

  private static var safetensors: [[UInt8]] {
    [
      "{}", "{\"__metadata__\":{\"k\":\"\\u00fc\\ud83c\\udf33\\n\"}}   ",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]}}\n01234567",
      "{\"b\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[8,10]},"
        + " \"a\" : {\"data_offsets\":[0,8],\"shape\":[1],\"dtype\":\"I64\"},"
        + "\"c\":{\"dtype\":\"BOOL\",\"shape\":[0,7],\"data_offsets\":[10,10]}}\n0123456789",
    ].map { Array($0.utf8) }
  }

  /// States as their target takes them: a byte, the header, the data.
  private static var checkpoint: [[UInt8]] {
    [
      "0{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}\nxy",
      "0{\"units/run0/state/order\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
        + "\"units/run0/state/random\":{\"dtype\":\"U64\",\"shape\":[5],\"data_offsets\":[8,48]}}\n"
        + String(repeating: "0123456789ab", count: 4),
      "0{\"rowStarts\":{\"dtype\":\"I32\",\"shape\":[3],\"data_offsets\":[0,12]},"
        + "\"columns\":{\"dtype\":\"I32\",\"shape\":[0],\"data_offsets\":[12,12]}}\n"
        + String(repeating: "\0", count: 12),
      "0{\"counts\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
        + "\"texts\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[8,10]}}\n"
        + "\u{2}" + String(repeating: "\0", count: 7) + "ab",
    ].map { Array($0.utf8) }
  }

  private static var cifar: [[UInt8]] { [[3], [5, 9], [1, 2, 3], [3, 4, 1, 2], [3, 4, 1]] }

  /// Stores as their target takes them: how many blocks, 128 bytes of each, the schema.
  private static func stores(_ folder: String) throws -> [[UInt8]] {
    var builder = TableBuilder(names: ["a", "b ü", "c", "k"], textColumns: [3])
    for row in 0..<4 {
      builder.row[0] = Double(row)
      builder.row[1] = row == 2 ? .nan : Double(row) / 2
      builder.row[2] = Double(300 * row)
      builder.take(["u", "v"][row % 2], column: 3)
      builder.endRow()
    }
    var dense = builder.finished()
    dense.labelColumns = ["k"]
    dense.customaryTarget = "k"
    dense.notes = ["a note", ""]
    var rows = SparseRows<Int16>(width: 3)
    for row in 0..<4 {
      if row != 2 { rows.append(UInt32(row % 3), Int16(5 + row)) }
      rows.endRow()
    }
    let sparse = FeatureStore(
      parts: [.sparse(rows.block())], rowCount: 4, columnNames: ["s", "t", "u"])
    let mixed = Table(
      features: dense.features.appending(sparse),
      kinds: dense.kinds + [.numeric, .numeric, .numeric])
    var image = FeatureStore(
      bytes: Array(0..<24), rowCount: 4, columnNames: (0..<6).map { "x\($0)" })
    image.imageShape = (2, 3)
    let path = "\(folder)/seed.espalier"
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try [dense, mixed, Table(features: sparse), Table(features: image)].map { table in
      try ColumnStore.write(table, to: path)
      let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
      let schema = Int(bytes[24]) | Int(bytes[25]) << 8 | Int(bytes[26]) << 16
      let blocks = stride(from: StoreLayout.alignment, to: schema, by: StoreLayout.alignment)
      return [UInt8(blocks.underestimatedCount)] + blocks.flatMap { bytes[$0..<($0 + 128)] }
        + bytes[schema...]
    }
  }
}
