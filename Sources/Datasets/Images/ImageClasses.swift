/// Which class each image of a collection has: the name of the folder that it is in.
///
/// Folders that all images share tell nothing. Below them may lie `train`, `test` and the like, of
/// which one is read; the next folder is the class, whatever lies below it.
struct ImageClasses {
  /// The images that are read, by their number among all.
  let chosen: [Int]
  /// The class of each chosen image; empty if there are no folders of classes.
  let names: [String]
  /// What a reader of the table should know.
  let notes: [String]
  /// The folder of the folders of the classes; nil where images lie in none.
  private let root: [String]?

  private static let partitions: Set<String> = [
    "train", "training", "test", "testing", "val", "valid", "validation",
  ]

  /// Sorts images into classes.
  ///
  /// - Parameters:
  ///   - places: The place of each image.
  ///   - partition: The partition wanted, or nil for `train`.
  ///   - path: The collection, for errors.
  /// - Throws: A partition that is not there, or an image beside folders of classes.
  init(_ places: [String], partition: String?, path: String) throws(DatasetError) {
    var folders = places.map { $0.split(separator: "/").dropLast().map(String.init) }
    let shared = Self.sharedCount(folders)
    var root = (folders.first ?? []).prefix(shared).map { $0 }
    folders = folders.map { Array($0.dropFirst(shared)) }
    var chosen = Array(places.indices)
    var notes: [String] = []
    let heads = Set(folders.map { $0.first ?? "" })
    if heads.count > 1, heads.isSubset(of: Self.partitions) || partition.map(heads.contains) == true
    {
      let known = heads.sorted()
      let wanted = partition ?? ["train", "training"].first(where: heads.contains) ?? ""
      guard heads.contains(wanted) else {
        throw partition == nil
          ? .ambiguousVariable(path: path, known: known.map { "'\($0)'" })
          : .variableNotFound(path: path, name: wanted, known: known)
      }
      chosen = chosen.filter { folders[$0].first == wanted }
      if partition == nil {
        let others = known.filter { $0 != wanted }.map { "'\($0)'" }.joined(separator: ", ")
        notes.append("the images of '\(wanted)' are read, those of \(others) are not")
      }
      folders = folders.map { Array($0.dropFirst()) }
      root.append(wanted)
    } else if let partition {
      throw .variableNotFound(path: path, name: partition, known: heads.sorted())
    }
    let names = chosen.compactMap { folders[$0].first }
    if !names.isEmpty, let stray = chosen.first(where: { folders[$0].isEmpty }) {
      throw .corrupt(
        path: path, reason: "the image '\(places[stray])' lies beside the folders of the classes")
    }
    (self.chosen, self.names, self.notes) = (chosen, names, notes)
    // A single class is a folder that all images share.
    self.root = names.isEmpty ? (root.isEmpty ? nil : root.dropLast()) : root
  }

  /// Whether a folder lies beside those of the classes, or is one.
  func isFolderOfClass(_ place: String) -> Bool {
    place.split(separator: "/").dropLast().map(String.init) == root
  }

  /// How many folders all places begin with.
  private static func sharedCount(_ folders: [[String]]) -> Int {
    guard let first = folders.first else { return 0 }
    return folders.reduce(first.count) { count, other in
      zip(first, other).prefix(count).prefix { $0 == $1 }.count
    }
  }
}
