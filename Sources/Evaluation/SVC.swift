import CLibSVM
import Datasets

/// A support vector classifier with a radial basis kernel, through libsvm.
///
///     K(x, z) = exp(-γ ‖x - z‖²),  γ = 1 / (p · Var(X))
///
/// p is the number of columns and Var(X) the variance of all entries of the training block
/// (scikit-learn's `gamma="scale"`); classes are told apart one against one, by vote. Of several
/// labels each has a classifier of its own.
///
/// - Source: Chang and Lin, "LIBSVM: A Library for Support Vector Machines", ACM TIST 2011.
/// - Note: libsvm's C-SVC has no weights of rows: all rows of a weight above 0 are learnt alike, and
///   only the score counts them by their weights.
/// - Note: Settings and the order of classes are those of scikit-learn's `SVC()`, so both learn
///   the same support vectors up to rounding.
public struct SVC: Learner {
  /// The weight C of the training errors, above 0.
  public var cost: Double
  /// The tolerance of the optimality conditions at which training stops, above 0.
  public var tolerance: Double
  /// The memory for rows of the kernel matrix, in MB.
  public var cacheMegabytes: Double

  /// The name in results, `"svc"`.
  public var name: String { "svc" }

  /// Creates a classifier; the default settings are scikit-learn's.
  ///
  /// - Parameters:
  ///   - cost: The weight C of the training errors, above 0.
  ///   - tolerance: The tolerance at which training stops, above 0.
  ///   - cacheMegabytes: The memory for rows of the kernel matrix, in MB.
  public init(cost: Double = 1, tolerance: Double = 1e-3, cacheMegabytes: Double = 200) {
    self.cost = cost
    self.tolerance = tolerance
    self.cacheMegabytes = cacheMegabytes
  }

  /// Learns from the training rows and predicts the class of each test row.
  ///
  /// - Parameter trial: The rows, columns and scaling.
  /// - Returns: The class indices, or the labels, of the test rows.
  /// - Throws: An `EvaluationError` where the trial has nothing to learn or to predict, the target
  ///   is not of classes, or libsvm refuses the settings.
  public func predict(_ trial: Trial) throws(EvaluationError) -> Predictions {
    try trial.validate()
    switch trial.trainingTarget {
    case .classes(let labels, _):
      return .classes(try predict(trial, labels: labels))
    case .labels(let columns, _):
      var found: [[Bool]] = []
      for column in columns { found.append(try predict(trial, label: column)) }
      return .labels(found)
    case .values, .outputs:
      throw .needsClasses(learner: name)
    }
  }

  /// Predicts which test rows have a label; one that all training rows have, or none, stays so.
  private func predict(_ trial: Trial, label: [Bool]) throws(EvaluationError) -> [Bool] {
    guard label.contains(true), label.contains(false) else {
      return [Bool](repeating: label.first ?? false, count: trial.rowCount(.test))
    }
    return try predict(trial, labels: label.map { $0 ? 1 : 0 }).map { $0 == 1 }
  }

  private func predict(_ trial: Trial, labels: [Int]) throws(EvaluationError) -> [Int] {
    let found = Set(labels).count
    guard found >= 2 else { throw .tooFewClasses(found: found) }

    _ = silenced
    let rows = try SparseRows(trial, order: rowsByClass(labels))
    let model = try train(on: rows, labels: labels.sorted(), columnCount: trial.columns.count)
    defer {
      var model: UnsafeMutablePointer<svm_model>? = model
      svm_free_and_destroy_model(&model)
    }
    let vectors = SupportVectors(model.pointee, columnCount: trial.columns.count)
    var classes: [Int] = []
    classes.reserveCapacity(trial.rowCount(.test))
    try trial.forEachBlock(.test) { _, block in
      classes += vectors.predict(block)
    }
    return classes
  }

  private func train(
    on rows: SparseRows, labels: [Int], columnCount: Int
  ) throws(EvaluationError) -> UnsafeMutablePointer<svm_model> {
    let width = Double(columnCount) * rows.variance
    var settings = svm_parameter()
    settings.svm_type = Int32(C_SVC)
    settings.kernel_type = Int32(RBF)
    settings.gamma = width > 0 ? 1 / width : 1
    settings.C = cost
    settings.eps = tolerance
    settings.cache_size = cacheMegabytes
    settings.shrinking = 1

    var targets = labels.map(Double.init)
    let trained = targets.withUnsafeMutableBufferPointer { targets in
      var problem = svm_problem(l: Int32(labels.count), y: targets.baseAddress, x: rows.starts)
      let refusal = svm_check_parameter(&problem, &settings).map { String(cString: $0) }
      return (model: refusal == nil ? svm_train(&problem, &settings) : nil, refusal: refusal)
    }
    guard let model = trained.model else {
      throw .refused(learner: name, reason: trained.refusal ?? "training gave no model")
    }
    return model
  }
}

/// The positions of rows grouped by class, in the order of the class index and of the rows.
///
/// libsvm numbers classes in the order in which it meets them; grouped rows make that order
/// ascending, as in scikit-learn, and ties of the vote equal.
private func rowsByClass(_ labels: [Int]) -> [Int] {
  labels.indices.sorted { (labels[$0], $0) < (labels[$1], $1) }
}

/// Silences libsvm once for the whole process: it prints its progress to standard output.
private let silenced: Void = svm_set_print_string_function { _ in }
