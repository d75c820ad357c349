/// What becomes of each column of a file: found once, from the names.
struct ColumnPlan: Sendable {
  /// The columns that become features, in the order of the features.
  private(set) var features: [Int] = []
  /// The column that is the target, or nil.
  private(set) var target: Int?

  /// Resolves the wishes of the caller.
  ///
  /// - Parameters:
  ///   - names: The names of the file's columns.
  ///   - location: Where the target is.
  ///   - choice: Which columns become features.
  ///   - path: The file, for errors.
  /// - Throws: A column that is not there, or two of one name, or no feature at all.
  init(
    names: [String], target location: TargetLocation, choice: ColumnChoice, path: String
  ) throws(DatasetError) {
    let positions = try Self.positions(of: names, path: path)
    func find(_ name: String) throws(DatasetError) -> Int {
      if let position = positions[name] { return position }
      if let index = Int(name), names.indices.contains(index) { return index }
      throw .columnNotFound(path: path, name: name, known: names)
    }
    switch location {
    case .column(let name): target = try find(name)
    case .columnIfPresent(let name): target = positions[name]
    case .labelFile, .unspecified: target = nil
    }
    let target = target
    switch choice {
    case .all:
      features = names.indices.filter { $0 != target }
    case .except(let dropped):
      var isDropped = [Bool](repeating: false, count: names.count)
      for name in dropped { isDropped[try find(name)] = true }
      features = names.indices.filter { $0 != target && !isDropped[$0] }
    case .only(let kept):
      var isKept = [Bool](repeating: false, count: names.count)
      for name in kept {
        let column = try find(name)
        if column != target && !isKept[column] { features.append(column) }
        isKept[column] = true
      }
    }
    if features.isEmpty { throw .noFeatures(path: path) }
  }

  private static func positions(of names: [String], path: String) throws(DatasetError)
    -> [String: Int]
  {
    var positions: [String: Int] = [:]
    for (position, name) in names.enumerated() {
      guard positions.updateValue(position, forKey: name) == nil else {
        throw .duplicateColumn(path: path, name: name)
      }
    }
    return positions
  }
}
