import Tensors
import Testing
import Training

@testable import Pruning

@Suite("General model")
struct GeneralModelTests {
  @Test("Worked values of the width")
  func workedValues() {
    let iris = GeneralModel(inputCount: 4, outputCount: 3, layerCount: 2, rowCount: 120)
    #expect(iris.width == 7)
    #expect(iris.parameterCount(width: 7) == 115 && iris.parameterCount(width: 8) == 139)
    let spam = GeneralModel(inputCount: 57, outputCount: 1, layerCount: 3, rowCount: 3680)
    #expect(spam.width == 30 && spam.hiddenCounts == [30, 30, 30])
    #expect(spam.parameterCount(width: 30) == 3631 && spam.parameterCount(width: 31) == 3814)
    #expect(iris.note == nil && spam.note == nil)
  }

  @Test("The width is the last that fits, and one layer follows the closed form")
  func property() {
    var random = RandomSource(seed: 3)
    for _ in 0..<2000 {
      let model = GeneralModel(
        inputCount: 1 + random.index(below: 300), outputCount: 1 + random.index(below: 30),
        layerCount: 1 + random.index(below: 5), rowCount: 1 + random.index(below: 2_000_000))
      let limit = min(model.rowCount, 1_000_000)
      #expect((4...1024).contains(model.width))
      if model.width > 4 { #expect(model.parameterCount(width: model.width) <= limit) }
      if model.width < 1024 { #expect(model.parameterCount(width: model.width + 1) > limit) }
      #expect(
        (model.note == nil)
          == (model.parameterCount(width: model.width) <= model.rowCount
            && model.parameterCount(width: model.width + 1) > model.rowCount))
      if model.layerCount == 1 {
        let closed =
          (limit - model.outputCount) / (model.inputCount + model.outputCount + 1)
        #expect(model.width == min(max(closed, 4), 1024))
      }
    }
  }

  @Test("The parameters are those of the network")
  func parameterCount() {
    let model = GeneralModel(inputCount: 5, outputCount: 3, layerCount: 3, rowCount: 400)
    let data = makeRows(400, columns: 5, classes: 3)
    let recipe = TrainingRecipe.general(for: data, rows: Array(0..<400))
    #expect(recipe.hiddenCounts == model.hiddenCounts)
    let network = recipe.network(
      inputCount: 5, outputCount: 3, random: RandomSource(seed: 0))
    #expect(network.parameterCount == model.parameterCount(width: model.width))
  }
}
