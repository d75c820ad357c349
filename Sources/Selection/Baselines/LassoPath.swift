import Tensors

/// Linear models with an L1 penalty, along a path of falling penalties, for several outputs.
///
///     w_o = argmin (1/n) Σ_i v_i L(y_io, b_o + x_i w_o) + λ ‖w_o‖₁
///
/// L is the logistic loss of 0 and 1, or half the squared error. From λ_max, at which every weight
/// is 0, λ falls step by step; each step begins where the one before ended. Only columns whose
/// gradient was at least 2 λ' - λ are looked at when λ falls to λ' (the strong rule). Their weights
/// minimise a quadratic bound of the loss, whose curvature c (1/4 or 1) is the same everywhere, so
/// that one matrix of inner products serves all outputs, steps and penalties:
///
///     repeat
///       g_j = (1/n) Σ_i v_i r_i x_ij,  r_i = σ(z_i) - y_i or z_i - y_i
///       d = argmin g·d + (c / 2 n) dᵀ (XᵀVX) d + λ ‖w + d‖₁      coordinate by coordinate
///       w = w + d,  z = z + X d
///
/// - Source: Friedman, Hastie and Tibshirani, "Regularization Paths for Generalized Linear Models
///   via Coordinate Descent", JSS 2010; Tibshirani et al., "Strong rules for discarding predictors
///   in lasso-type problems", JRSS B 2012; the bound is Böhning and Lindsay's, "Monotonicity of
///   quadratic-approximation algorithms", AISM 1988.
/// - Note: Whether a column that the strong rule left out should have lived is not checked: it
///   comes in at the next penalty.
struct LassoPath {
  /// What is predicted, for each output and row.
  let targets: [[Float]]
  /// Whether the targets are 0 and 1.
  let isLogistic: Bool
  /// How much each row counts, with mean 1.
  let weights: [Float]
  /// The gradient of a column with some residuals, for all columns and outputs.
  typealias Gradients = (_ residuals: [[Float]]) -> [[Float]]
  /// The values of some columns, column by column.
  typealias Gathering = (_ columns: [Int]) -> [[Float]]

  private let gradients: Gradients
  private let gather: Gathering
  private let rowCount: Int

  /// The columns that are looked at, in the order in which they came in, and their values.
  private var columns: [Int] = []
  private var values: [[Float]] = []
  /// (c / n) xⱼᵀ V xₖ of the columns, row j up to k = j.
  private var products: [[Double]] = []
  /// The weights, for each output and column.
  private var coefficients: [[Double]]
  private var intercepts: [Double]
  private var margins: [[Float]]

  /// What a path came to.
  struct End {
    /// The largest weight of each column over the outputs; 0 for most.
    var weights: [Double]
    /// The largest gradient of each column over the outputs, as a share of the penalty.
    var shares: [Double]
    /// The last penalty, as a share of the largest.
    var penaltyShare: Double
  }

  /// Prepares a path.
  ///
  /// - Parameters:
  ///   - targets: What is predicted, for each output and row.
  ///   - isLogistic: Whether the targets are 0 and 1.
  ///   - weights: How much each row counts, with mean 1.
  ///   - gradients: For each output, (1/n) Σ_i r_i x_ij of every column.
  ///   - gather: The values of some columns, column by column.
  init(
    targets: [[Float]], isLogistic: Bool, weights: [Float], gradients: @escaping Gradients,
    gather: @escaping Gathering
  ) {
    self.targets = targets
    self.isLogistic = isLogistic
    self.weights = weights
    self.gradients = gradients
    self.gather = gather
    rowCount = weights.count
    coefficients = targets.map { _ in [] }
    intercepts = targets.map { _ in 0 }
    margins = targets.map { _ in [Float](repeating: 0, count: weights.count) }
  }

  /// Lowers the penalty until enough columns live.
  ///
  /// - Parameters:
  ///   - columnCount: The number of all columns.
  ///   - isDone: Told the columns' weights after each step; whether they suffice.
  /// - Returns: Where the path ended.
  mutating func follow(columnCount: Int, until isDone: ([Double]) -> Bool) -> End {
    for output in targets.indices { solve(output, penalty: .infinity) }  // the intercepts alone
    var slopes = largestGradients(columnCount)
    let highest = slopes.max() ?? 0
    var penalty = highest
    var weights = [Double](repeating: 0, count: columnCount)
    guard highest > 0 else { return End(weights: weights, shares: slopes, penaltyShare: 1) }
    while penalty > 1e-3 * highest {
      let next = penalty * 0.8
      admit(slopes.indices.filter { slopes[$0] >= 2 * next - penalty })
      penalty = next
      for output in targets.indices { solve(output, penalty: penalty) }
      for (place, column) in columns.enumerated() {
        weights[column] = coefficients.reduce(0) { max($0, $1[place].magnitude) }
      }
      slopes = largestGradients(columnCount)
      if isDone(weights) { break }
    }
    return End(
      weights: weights, shares: slopes.map { min($0 / penalty, 1) },
      penaltyShare: penalty / highest)
  }

  /// The largest gradient of each column over the outputs.
  private func largestGradients(_ columnCount: Int) -> [Double] {
    let residuals = targets.indices.map { self.residuals($0) }
    var largest = [Double](repeating: 0, count: columnCount)
    for output in gradients(residuals) {
      for (column, gradient) in output.enumerated() {
        largest[column] = max(largest[column], Double(gradient.magnitude))
      }
    }
    return largest
  }

  /// v_i r_i of an output.
  private func residuals(_ output: Int) -> [Float] {
    let (margins, target) = (margins[output], targets[output])
    return margins.indices.map { row in
      let predicted = isLogistic ? 1 / (1 + exponential(-margins[row])) : margins[row]
      return weights[row] * (predicted - target[row])
    }
  }

  /// Lets columns in that are not in yet.
  private mutating func admit(_ candidates: [Int]) {
    let known = Set(columns)
    let new = candidates.filter { !known.contains($0) }
    guard !new.isEmpty else { return }
    let factor = (isLogistic ? 0.25 : 1) / Double(rowCount)
    for (column, cells) in zip(new, gather(new)) {
      columns.append(column)
      values.append(cells)
      let weighted = zip(cells, weights).map { $0 * $1 }
      products.append(values.map { factor * Double(innerProduct(weighted, $0)) })
    }
    for output in targets.indices {
      coefficients[output] += [Double](repeating: 0, count: new.count)
    }
  }

  private func product(_ left: Int, _ right: Int) -> Double {
    left >= right ? products[left][right] : products[right][left]
  }

  /// Minimises one output's loss, from where it is.
  private mutating func solve(_ output: Int, penalty: Double) {
    let curvature = isLogistic ? 0.25 : 1.0
    for _ in 0..<40 {
      let residuals = self.residuals(output)
      let count = Double(rowCount)
      // The intercept by itself: the bound's best step for it.
      let shift = -Double(residuals.reduce(0, +)) / count / curvature
      var moved = shift.magnitude
      intercepts[output] += shift
      var steps = [Double](repeating: 0, count: columns.count)
      if penalty.isFinite, !columns.isEmpty {
        let slopes = values.map { Double(innerProduct($0, residuals)) / count }
        steps = descend(slopes, output, penalty: penalty)
        for place in steps.indices {
          coefficients[output][place] += steps[place]
          moved = max(moved, steps[place].magnitude)
        }
      }
      for row in 0..<rowCount { margins[output][row] += Float(shift) }
      for (place, step) in steps.enumerated() where step != 0 {
        add(Float(step), values[place], to: &margins[output])
      }
      if moved < 3e-4 { break }
    }
  }

  /// The steps that minimise the bound, coordinate by coordinate.
  ///
  /// A column comes in only when those that live have settled, so that of two that are equal one
  /// stays away.
  private func descend(_ slopes: [Double], _ output: Int, penalty: Double) -> [Double] {
    var weights = coefficients[output]
    var slopes = slopes  // the bound's, at the weights so far
    var living = weights.indices.filter { weights[$0] != 0 }
    /// Moves a weight to where its own slope and the penalty balance, and returns by how much.
    func settle(_ place: Int) -> Double {
      let size = products[place][place]
      guard size > 0 else { return 0 }
      let aim = weights[place] * size - slopes[place]
      let shrunk = max(aim.magnitude - penalty, 0) / size
      let change = (aim < 0 ? -shrunk : shrunk) - weights[place]
      guard change != 0 else { return 0 }
      weights[place] += change
      for other in slopes.indices { slopes[other] += change * product(place, other) }
      return change.magnitude
    }
    for _ in 0..<100 + 4 * weights.count {
      let moved = living.reduce(0) { max($0, settle($1)) }
      if moved >= Self.settled { continue }
      let newcomer = weights.indices.first { place in
        weights[place] == 0
          && slopes[place].magnitude > penalty + Self.settled * products[place][place]
      }
      guard let newcomer, settle(newcomer) > 0 else { break }
      if !living.contains(newcomer) { living.append(newcomer) }
    }
    return zip(weights, coefficients[output]).map { $0 - $1 }
  }

  /// The change of a weight that is none.
  private static let settled = 1e-4
}
