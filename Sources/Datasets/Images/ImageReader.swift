/// Reads a folder of images, or a tar archive of one, with a folder for each class.
///
/// A row is an image; its columns are `x0`, `x1` ..., row by row, for colours first all of red, then
/// green, then blue, as in the binary version of CIFAR. If any image has colours, all have. Images
/// of other sizes are brought to one. The rows are in the order of the names of the files. An image
/// that cannot be read stops all, unless the caller would rather do without it.
enum ImageReader {
  /// Reads a collection.
  ///
  /// - Parameters:
  ///   - collection: The images.
  ///   - options: The size wanted, and which of `train`, `test` ... is.
  /// - Returns: The table.
  /// - Throws: What is wrong with a file, and where.
  static func read(
    _ collection: ImageCollection, options: ReadingOptions
  ) throws(DatasetError) -> Table {
    let path = collection.path
    var (places, headers): ([String], [ImageDecoder.Header?]) = ([], [])
    var bad: [(place: String, reason: String)] = []
    var (others, byteCount) = ([String](), 0)
    try collection.forEach { place, bytes throws(DatasetError) in
      byteCount += bytes.count
      guard ImageDecoder.isImage(bytes) else {
        if bytes.starts(with: "version https://git-lfs".utf8) {
          throw .gitLFSPointer(path: path + "/" + place)
        }
        others.append(place)
        return
      }
      places.append(place)
      do throws(ImageDecoder.Mistake) {
        headers.append(try ImageDecoder.header(bytes))
      } catch {
        guard options.skipsBadImages else {
          throw error.error(path: path + "/" + place)
        }
        headers.append(nil)
        bad.append((place, error.text))
      }
    }
    guard !places.isEmpty else {
      if case .folder = collection {
        throw .foreignFormat(
          path: path,
          what: others.isEmpty
            ? "an empty folder"
            : "a folder without PNG or JPEG images (\(others.count) other files)",
          remedy: "name the file of the table, or a folder of images")
      }
      throw .unsupportedFormat(path: path, format: "a tar archive without images")
    }
    let classes = try ImageClasses(places, partition: options.variable, path: path)
    let empty = try collection.folders(without: places)
    if !options.skipsBadImages, let folder = empty.first(where: classes.isFolderOfClass) {
      throw .foreignFormat(
        path: path + "/" + folder, what: "the folder of a class without PNG or JPEG images",
        remedy: "put some there, remove it, or let --skip-bad leave it out")
    }
    let sound = classes.chosen.indices.filter { headers[classes.chosen[$0]] != nil }
    let size =
      options.imageSize ?? mostFrequentSize(sound.compactMap { headers[classes.chosen[$0]] })
    let found = sound.contains { headers[classes.chosen[$0]]?.isColour == true } ? 3 : 1
    let channels = options.imageChannels ?? found
    // Grey becomes colour, and nothing else what it is not.
    guard channels == found || (found == 1 && channels == 3) else {
      let extents = "\(size.height)x\(size.width)"
      throw .columnsDiffer(
        path: path, reference: "the training data",
        reason: "the images have \(found) channels instead of \(channels),"
          + " \(extents)x\(found) where \(extents)x\(channels) is needed")
    }
    let width = size.height * size.width * channels
    let (total, overflow) = width.multipliedReportingOverflow(by: sound.count)
    if overflow || ByteStream.isAbsurd(total, from: byteCount) {
      throw .absurdExpansion(path: path, ratio: ByteStream.largestRatio)
    }
    // Where in the table each image goes; nil for those that are not chosen.
    var order = sound.sorted {
      places[classes.chosen[$0]].utf8.lexicographicallyPrecedes(places[classes.chosen[$1]].utf8)
    }
    var rows = [Int?](repeating: nil, count: places.count)
    for (row, index) in order.enumerated() { rows[classes.chosen[index]] = row }
    var isBad = [Bool](repeating: false, count: order.count)
    let memory = try StoreMemory(byteCount: total) { buffer throws(DatasetError) in
      buffer.initializeMemory(as: UInt8.self, repeating: 0)
      var next = 0
      try collection.forEach { place, bytes throws(DatasetError) in
        guard ImageDecoder.isImage(bytes), next < rows.count else { return }
        defer { next += 1 }
        guard let row = rows[next] else { return }
        do throws(ImageDecoder.Mistake) {
          let image = try ImageDecoder.image(bytes).resized(height: size.height, width: size.width)
          let line = UnsafeMutableRawBufferPointer(
            rebasing: buffer[(row * width)..<((row + 1) * width)])
          image.writePlanes(channels, into: line.bindMemory(to: UInt8.self))
        } catch {
          guard options.skipsBadImages else {
            throw error.error(path: path + "/" + place)
          }
          isBad[row] = true
          bad.append((place, error.text))
        }
      }
      // The rows behind one that is left out move up.
      for (kept, row) in isBad.indices.filter({ !isBad[$0] }).enumerated() where kept < row {
        let line = buffer[(row * width)..<((row + 1) * width)]
        UnsafeMutableRawBufferPointer(rebasing: buffer[(kept * width)...])
          .copyMemory(from: UnsafeRawBufferPointer(UnsafeMutableRawBufferPointer(rebasing: line)))
      }
    }
    order = order.indices.filter { !isBad[$0] }.map { order[$0] }
    if order.isEmpty, let first = bad.first {
      throw .corrupt(path: path + "/" + first.place, reason: first.reason)
    }
    let block = ColumnBlock(
      .uint8, hasMissing: false, rowCount: order.count, width: width, memory: memory)
    var store = FeatureStore(
      parts: [.dense(block)], rowCount: order.count, columnNames: (0..<width).map { "x\($0)" })
    store.imageShape = size
    var table = Table(features: store)
    if !classes.names.isEmpty { table.append(classes: order.map { classes.names[$0] }) }
    table.notes = classes.notes
    if let first = others.first {
      table.notes.append(
        others.count == 1
          ? "1 file is no PNG or JPEG image: '\(first)'"
          : "\(others.count) files are no PNG or JPEG images: '\(first)' ...")
    }
    if !bad.isEmpty { table.notes.append(note(bad)) }
    for folder in empty { table.notes.append("the folder '\(folder)' holds no image") }
    return table
  }

  /// What a reader should know of images that are left out.
  private static func note(_ bad: [(place: String, reason: String)]) -> String {
    let named = bad.sorted { $0.place.utf8.lexicographicallyPrecedes($1.place.utf8) }.prefix(3)
      .map { "'\($0.place)' (\($0.reason))" }.joined(separator: ", ")
    return bad.count == 1
      ? "1 image cannot be read and is left out: \(named)"
      : "\(bad.count) images cannot be read and are left out: \(named)"
        + (bad.count > 3 ? " and \(bad.count - 3) more" : "")
  }

  /// The size of most images, the smallest of equals.
  private static func mostFrequentSize(
    _ headers: [ImageDecoder.Header]
  ) -> (height: Int, width: Int) {
    var counts: [[Int]: Int] = [:]
    for header in headers { counts[[header.height, header.width], default: 0] += 1 }
    let best = counts.max {
      ($0.value, $1.key[0] * $1.key[1], $1.key[0]) < ($1.value, $0.key[0] * $0.key[1], $0.key[0])
    }
    return (best?.key[0] ?? 1, best?.key[1] ?? 1)
  }
}

extension Table {
  /// Adds the class of each row as a column of labels.
  fileprivate mutating func append(classes: [String]) {
    var builder = TableBuilder(names: ["class"], textColumns: [0])
    for name in classes {
      builder.take(name, column: 0)
      builder.endRow()
    }
    let column = builder.finished()
    features = features.appending(column.features)
    kinds += column.kinds
    labelColumns.append("class")
  }
}
