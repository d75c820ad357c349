import Datasets
import Networks
import Tensors
import Training

@testable import Formats

/// Small trained models of every kind of target.
enum ModelSample: String, CaseIterable {
  case classes, sparseClasses, value, labels, outputs

  /// A table of numbers, categories and gaps.
  static var table: Table {
    get throws {
      var text = "size,colour,weight\n"
      for row in 0..<60 {
        let colour = ["red", "green", "blue"][row % 3]
        let weight = row % 7 == 0 ? "" : "\(Double(row * row % 11) / 3)"
        text += "\(row % 5),\(colour),\(weight)\n"
      }
      let scratch = try Scratch()
      return try TableSource(paths: [try scratch.write(Array(text.utf8), "t.csv")]).readTable()
    }
  }

  var target: Target {
    let rows = 0..<60
    return switch self {
    case .classes, .sparseClasses:
      .classes(indices: rows.map { $0 % 3 }, names: ["a", "b ü", "c\"\\"])
    case .value: .values(rows.map { Float($0 % 5) * 1e5 })
    case .labels: .labels([rows.map { $0 % 2 == 0 }, rows.map { $0 % 3 == 0 }], names: ["p", "q"])
    case .outputs:
      .outputs([rows.map { Float($0) }, rows.map { -Float($0) }], names: ["p", "q"])
    }
  }

  /// The model and the table that it was trained on.
  func model() throws -> (model: Model, data: Dataset) {
    let table = try Self.table
    let encoding = Encoding.fitted(to: table, columns: [0, 1, 2], rows: Array(0..<60))
    let data = Dataset(features: try encoding.features(of: table).store, target: target)
    var recipe = TrainingRecipe()
    recipe.hiddenCounts = [8, 4]
    recipe.epochCount = 3
    recipe.scaling = self == .value ? .logarithmMinMax : .standard
    recipe.topology = self == .sparseClasses ? .set : .static
    recipe.sparsity = self == .sparseClasses ? 0.5 : 0
    let trained = try recipe.train(data, random: RandomSource(seed: 1))
    return (Model(trained: trained, encoding: encoding, targetNames: ["t"]), data)
  }
}
