import Datasets
import Foundation

@testable import Evaluation

/// What scikit-learn says, made by `Fixtures/make_golden.py`.
struct Golden: Decodable {
  struct Classification: Decodable {
    var columnCount, trainingCount: Int
    var values: [Float]
    var labels: [Int]
    var svc, ridge, nearest: [Int]

    var trial: Trial {
      Trial(
        values, columnCount: columnCount, .classes(indices: labels, names: ["a", "b", "c"]),
        trainingCount: trainingCount)
    }
  }

  struct Regression: Decodable {
    var columnCount, trainingCount: Int
    var values, targets: [Float]
    var coefficients: [Double]
    var intercept: Double
    var predictions: [Double]
    var rSquared, meanSquaredError: Double

    var trial: Trial {
      Trial(
        values, columnCount: columnCount, .values(targets), trainingCount: trainingCount)
    }
  }

  struct Metrics: Decodable {
    var truth, predicted: [Int]
    var accuracy, balancedAccuracy: Double
  }

  var classification: [Classification]
  var regression: [Regression]
  var metrics: Metrics

  static func load() throws -> Golden {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/golden.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
  }
}

extension Trial {
  /// A trial on all columns, the training rows first and the test rows behind them.
  init(_ values: [Float], columnCount: Int, _ target: Target, trainingCount: Int) {
    let names = (0..<columnCount).map { "x\($0)" }
    let store = FeatureStore(values: values, rowCount: target.count, columnNames: names)
    self.init(
      Dataset(features: store, target: target), training: Array(0..<trainingCount),
      test: Array(trainingCount..<target.count), columns: Array(0..<columnCount), scaler: nil)
  }
}
