import Foundation

/// Images in a folder or in a tar archive, which is read anew for each pass.
enum ImageCollection {
  case folder(String)
  case archive(String)

  var path: String {
    switch self {
    case .folder(let path), .archive(let path): path
    }
  }

  /// No image has more bytes than that.
  private static let largestByteCount = 1 << 28

  /// Goes through all files that are not hidden.
  ///
  /// - Parameter body: Takes the place of a file below the collection and its content.
  /// - Throws: What is wrong with a file, and what the body throws.
  func forEach(
    _ body: (_ place: String, _ content: [UInt8]) throws(DatasetError) -> Void
  ) throws(DatasetError) {
    switch self {
    case .archive(let path):
      var reader = try TarReader(ByteStream(path: path))
      while let entry = try reader.next() {
        let parts = entry.name.split(separator: "/").filter { $0 != "." }
        guard !Self.isHidden(parts) else { continue }
        try body(
          parts.joined(separator: "/"), try reader.content(limit: Self.largestByteCount))
      }
    case .folder(let path):
      for place in try Self.tree(path).files {
        var stream = try ByteStream(path: path + "/" + place)
        let head = try stream.read(64)
        guard ImageDecoder.isImage(head), stream.fileSize <= Self.largestByteCount else {
          try body(place, head)
          continue
        }
        try body(place, head + (try stream.read(max(stream.fileSize - head.count, 0))))
      }
    }
  }

  /// Names that begin with a dot, and what macOS adds to archives.
  private static func isHidden(_ parts: [Substring]) -> Bool {
    parts.contains { $0.hasPrefix(".") || $0 == "__MACOSX" }
  }

  /// Finds the folders that hold no image, nor does a folder in them.
  ///
  /// - Parameter images: The places of all images.
  /// - Returns: Their places; none of an archive, which need not tell its folders.
  /// - Throws: `DatasetError.unreadable`.
  func folders(without images: [String]) throws(DatasetError) -> [String] {
    guard case .folder(let path) = self else { return [] }
    var used: Set<Substring> = []
    for image in images {
      var folder = image[...]
      while let end = folder.lastIndex(of: "/") {
        folder = folder[..<end]
        if !used.insert(folder).inserted { break }
      }
    }
    return try Self.tree(path).folders.filter { folder in
      let parent = folder.lastIndex(of: "/").map { folder[..<$0] }
      return !used.contains(folder[...]) && parent.map(used.contains) ?? true
    }
  }

  /// The regular files below a folder, and the folders, in the order of their places.
  private static func tree(
    _ root: String
  ) throws(DatasetError) -> (files: [String], folders: [String]) {
    var (found, all, folders) = ([String](), [String](), [""])
    while let folder = folders.popLast() {
      if !folder.isEmpty { all.append(folder) }
      guard folder.split(separator: "/").count < 16 else { continue }
      let path = root + "/" + folder
      let names: [String]
      do {
        names = try FileManager.default.contentsOfDirectory(atPath: path)
      } catch {
        throw .unreadable(path: path, reason: "the folder cannot be listed")
      }
      for name in names where !isHidden([Substring(name)]) {
        let place = folder.isEmpty ? name : folder + "/" + name
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: root + "/" + place, isDirectory: &isFolder)
        else { continue }
        if isFolder.boolValue { folders.append(place) } else { found.append(place) }
      }
    }
    func ordered(_ places: [String]) -> [String] {
      places.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
    return (ordered(found), ordered(all))
  }
}
