import Tensors

extension ClassificationGenerator {
  public func draft(using source: RandomSource) -> Draft {
    let (informative, classes) = clusters(using: source)
    var draft = Draft(
      columns: informative, informativeCount: informativeCount,
      target: .classes(indices: classes, names: (0..<classCount).map(String.init)), recipe: recipe)
    draft.appendRedundant(redundantCount, using: source)
    draft.appendRepeated(repeatedCount, using: source)
    var noise = source.substream("noise")
    draft.columns += noise.normalColumns(noiseCount, rowCount: rowCount)
    moveAndScale(&draft.columns, using: source)
    return draft
  }

  /// The informative columns and the class of each row, rows in random order.
  private func clusters(using source: RandomSource) -> (columns: [[Float]], classes: [Int]) {
    var places = source.substream("clusters")
    var points = source.substream("points")
    var flips = source.substream("flips")
    let clusterCount = classCount * clustersPerClass
    let corners = distinctCorners(clusterCount, using: &places)
    var rows = Array(0..<rowCount)
    places.shuffle(&rows)
    let empty = [Float](repeating: 0, count: rowCount)
    var columns = [[Float]](repeating: empty, count: informativeCount)
    var classes = [Int](repeating: 0, count: rowCount)
    for (cluster, corner) in corners.enumerated() {
      let mixture = (0..<(informativeCount * informativeCount)).map { _ in places.uniform(-1, 1) }
      for position in stride(from: cluster, to: rowCount, by: clusterCount) {
        let row = rows[position]
        let point = mixed(by: mixture, using: &points)
        for j in columns.indices {
          columns[j][row] = point[j] + Float(corner[j] ? separation : -separation)
        }
        let isDrawnAnew = flips.uniform() < flipFraction
        classes[row] = isDrawnAnew ? flips.index(below: classCount) : cluster % classCount
      }
    }
    return (columns, classes)
  }

  /// Corners of the cube, true where a coordinate is positive; no two are equal.
  ///
  /// There are `2^k` of them, too many to be listed, so they are drawn until enough differ.
  private func distinctCorners(_ count: Int, using places: inout RandomSource) -> [[Bool]] {
    var corners: [[Bool]] = []
    var seen: Set<[Bool]> = []
    while corners.count < count {
      let corner = (0..<informativeCount).map { _ in places.index(below: 2) == 1 }
      if seen.insert(corner).inserted { corners.append(corner) }
    }
    return corners
  }

  /// A standard normal row times the k x k matrix A.
  private func mixed(by mixture: [Float], using points: inout RandomSource) -> [Float] {
    var point = [Float](repeating: 0, count: informativeCount)
    for i in 0..<informativeCount {
      let normal = Float(points.normal())
      for j in 0..<informativeCount { point[j] += normal * mixture[informativeCount * i + j] }
    }
    return point
  }

  private func moveAndScale(_ columns: inout [[Float]], using source: RandomSource) {
    var shifts = source.substream("shift")
    var scales = source.substream("scale")
    for j in columns.indices {
      let added =
        switch shift {
        case .same(let number): Float(number)
        case .random: shifts.uniform(-1, 1) * Float(separation)
        }
      let factor =
        switch scale {
        case .same(let number): Float(number)
        case .random: scales.uniform(1, 101)
        }
      if added == 0 && factor == 1 { continue }
      for row in columns[j].indices { columns[j][row] = (columns[j][row] + added) * factor }
    }
  }

  private var recipe: String {
    let shifted =
      shift == .random ? "a number of its own, uniform on [-separation, separation)," : "shift"
    let scaled = scale == .random ? "a number of its own, uniform on [1, 101)" : "scale"
    return "Rows lie about distinct corners, drawn at random, of a cube with edge 2 separation in "
      + "the informative columns, clustersPerClass corners a class, each cluster mixed linearly by "
      + "a matrix of its own with entries uniform on [-1, 1). Redundant columns are sums of the "
      + "informative ones with the weights listed, repeated columns are copies, the rest is "
      + "standard normal noise. To each column \(shifted) is added, then it is multiplied by "
      + "\(scaled). A fraction of the labels, flipFraction, is drawn anew from all classes. "
      + "Columns are in random order."
  }
}
