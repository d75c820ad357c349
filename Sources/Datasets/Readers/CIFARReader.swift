import Tensors

/// Reads the binary version of CIFAR-10 and CIFAR-100: images of 32 x 32 pixels in three channels.
///
///     label                  1 byte, below 10 (CIFAR-10)
///     coarse, fine           1 byte each, below 20 and 100 (CIFAR-100)
///     red, green, blue       1024 bytes each, row by row
///
/// The columns are `x0` ... `x3071` in the order of the file: all of the red channel first. The
/// labels are the column `label`, or `fine` and `coarse`; where the files of names lie beside the
/// images (`batches.meta.txt`, `fine_label_names.txt`, `coarse_label_names.txt`), they are names.
///
/// - Source: https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version".
enum CIFARReader {
  private static let pixelCount = 3072

  /// A column of labels: its name, how many classes there are, and the file of their names.
  private static func labels(of format: FileFormat) -> [(name: String, count: Int, file: String)] {
    format == .cifar10
      ? [("label", 10, "batches.meta.txt")]
      : [("coarse", 20, "coarse_label_names.txt"), ("fine", 100, "fine_label_names.txt")]
  }

  /// Recognises a file by its size and by the labels in its first bytes.
  ///
  /// - Parameters:
  ///   - head: The first bytes, decompressed.
  ///   - fileSize: The size of the file, nil if it is compressed.
  /// - Returns: The format, or nil if it is another one.
  static func format(_ head: [UInt8], fileSize: Int?) -> FileFormat? {
    // Text has no bytes below the tabulator.
    guard head.contains(where: { $0 < 9 }) else { return nil }
    return [FileFormat.cifar10, .cifar100].first { format in
      let limits = labels(of: format).map(\.count)
      let size = limits.count + pixelCount
      guard head.count >= size, fileSize.map({ $0 % size == 0 }) ?? true else { return false }
      return stride(from: 0, through: head.count - limits.count, by: size).allSatisfy { start in
        limits.indices.allSatisfy { head[start + $0] < limits[$0] }
      }
    }
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - stream: The file from its beginning.
  ///   - format: CIFAR-10 or CIFAR-100.
  /// - Returns: The table.
  /// - Throws: What is wrong with the file, and where.
  static func read(
    _ stream: consuming ByteStream, format: FileFormat
  ) throws(DatasetError) -> Table {
    let path = stream.path
    let labels = labels(of: format)
    let size = labels.count + pixelCount
    var pixels: [UInt8] = []
    var classes = [[UInt8]](repeating: [], count: labels.count)
    while true {
      let bytes = try stream.read(128 * size)
      if bytes.isEmpty { break }
      guard bytes.count.isMultiple(of: size) else {
        throw .corrupt(
          path: path, reason: "the last record has \(bytes.count % size) of \(size) bytes")
      }
      for start in stride(from: 0, to: bytes.count, by: size) {
        for (index, label) in labels.enumerated() {
          let code = bytes[start + index]
          guard code < label.count else {
            throw .corrupt(
              path: path,
              reason: "record \(classes[0].count) has the \(label.name) \(code), there are"
                + " \(label.count)")
          }
          classes[index].append(code)
        }
        pixels += bytes[(start + labels.count)..<(start + size)]
      }
    }
    guard !pixels.isEmpty else { throw .noRows(path: path) }
    let rowCount = classes[0].count
    var table = Table(
      features: FeatureStore(
        bytes: pixels, rowCount: rowCount, columnNames: (0..<pixelCount).map { "x\($0)" }))
    table.features.imageShape = (32, 32)
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    for (label, codes) in zip(labels, classes) {
      let names = try names((folder + [Substring(label.file)]).joined(separator: "/"), label.count)
      var builder = TableBuilder(names: [label.name], textColumns: [0])
      for code in codes {
        builder.take(names?[Int(code)] ?? "\(code)", column: 0)
        builder.endRow()
      }
      let column = builder.finished()
      table.features = table.features.appending(column.features)
      table.kinds += column.kinds
      table.labelColumns.insert(label.name, at: 0)  // the finest is predicted by default
    }
    return table
  }

  /// The names of the classes, one a line, if the file is there and has as many.
  private static func names(_ path: String, _ count: Int) throws(DatasetError) -> [String]? {
    guard var stream = try? ByteStream(path: path) else { return nil }
    let lines = String(decoding: try stream.read(1 << 16), as: UTF8.self)
      .split(whereSeparator: \.isNewline).map { String($0).trimmingBlanks() }
    return lines.count == count && Set(lines).count == count ? lines : nil
  }
}
