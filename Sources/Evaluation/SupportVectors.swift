import CLibSVM

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A trained libsvm classifier laid out to predict many rows.
///
/// The decision values are libsvm's, summed up class by class; the distances to the support
/// vectors are computed eight at a time, where libsvm walks pairs of sparse rows. Vectors of nearly
/// all zeros, such as those of thousands of levels, are kept as the cells of each column.
struct SupportVectors {
  typealias Lanes = SIMD8<Double>

  private let columnCount: Int
  private let gamma: Double
  /// A tile is eight support vectors, column by column.
  private var tiles: [Lanes] = []
  /// The vectors instead of tiles, where nearly all of their cells are zero.
  private let sparse: SparseVectors?
  private let count: Int
  /// The original class of each of libsvm's classes.
  private let labels: [Int]
  /// The first support vector of each class, and the number of all.
  private let starts: [Int]
  /// For each support vector of class i and each other class j, the weight in "i against j".
  private let coefficients: [[Double]]
  private let offsets: [Double]

  init(_ model: svm_model, columnCount: Int) {
    self.columnCount = columnCount
    gamma = model.param.gamma
    let (classCount, count) = (Int(model.nr_class), Int(model.l))
    labels = (0..<classCount).map { Int(model.label[$0]) }
    starts = (0..<classCount).reduce(into: [0]) { $0.append($0[$1] + Int(model.nSV[$1])) }
    offsets = (0..<(classCount * (classCount - 1) / 2)).map { model.rho[$0] }
    coefficients = (0..<(classCount - 1)).map { index in
      Array(UnsafeBufferPointer(start: model.sv_coef[index], count: count))
    }
    self.count = count
    sparse = SparseVectors(model, columnCount: columnCount)
    if sparse != nil { return }
    let tileCount = (count + Lanes.scalarCount - 1) / Lanes.scalarCount
    tiles = [Lanes](repeating: .zero, count: tileCount * columnCount)
    for row in 0..<count {
      let (tile, lane) = row.quotientAndRemainder(dividingBy: Lanes.scalarCount)
      guard var node = model.SV[row] else { continue }
      while node.pointee.index >= 0 {
        tiles[tile * columnCount + Int(node.pointee.index) - 1][lane] = node.pointee.value
        node += 1
      }
    }
  }

  /// Returns the class of each row of a row-major block.
  func predict(_ block: UnsafeBufferPointer<Float>) -> [Int] {
    let tileCount = (count + Lanes.scalarCount - 1) / Lanes.scalarCount
    var kernels = [Double](repeating: 0, count: tileCount * Lanes.scalarCount)
    return stride(from: 0, to: block.count, by: columnCount).map { start in
      let row = UnsafeBufferPointer(rebasing: block[start...].prefix(columnCount))
      if let sparse {
        sparse.evaluateKernels(row, gamma: gamma, &kernels)
      } else {
        evaluateKernels(row, &kernels)
      }
      return labels[vote(kernels)]
    }
  }

  private func evaluateKernels(_ row: UnsafeBufferPointer<Float>, _ kernels: inout [Double]) {
    tiles.withUnsafeBufferPointer { tiles in
      for first in stride(from: 0, to: tiles.count, by: columnCount) {
        var distances = Lanes.zero
        for column in 0..<columnCount {
          let difference = tiles[first + column] - Double(row[column])
          distances += difference * difference
        }
        let position = first / columnCount * Lanes.scalarCount
        for lane in 0..<Lanes.scalarCount {
          kernels[position + lane] = exp(-gamma * distances[lane])
        }
      }
    }
  }

  /// The class with most votes, the first of equals.
  private func vote(_ kernels: [Double]) -> Int {
    var votes = [Int](repeating: 0, count: labels.count)
    var pair = 0
    for first in labels.indices {
      for second in (first + 1)..<max(labels.count, first + 1) {
        let value =
          weightedSum(kernels, coefficients[second - 1], starts[first]..<starts[first + 1])
          + weightedSum(kernels, coefficients[first], starts[second]..<starts[second + 1])
        votes[value > offsets[pair] ? first : second] += 1
        pair += 1
      }
    }
    return votes.indices.reduce(0) { votes[$1] > votes[$0] ? $1 : $0 }
  }

  private func weightedSum(_ left: [Double], _ right: [Double], _ range: Range<Int>) -> Double {
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        dot(left, range.lowerBound, right, range.lowerBound, count: range.count)
      }
    }
  }
}
