import Espalier
import Foundation
import Testing

@Suite("Entropy of the activations of a model")
struct EntropyTests {
  /// A folder with a model and the table that it was trained on.
  private func trained(_ network: String = "mlp:16-8") throws -> Workplace {
    let workplace = try Workplace()
    let rows = (0..<80).map { "\($0 * 7 % 30),\($0 * 5 % 17),\($0 * 7 % 30 < 15 ? "p" : "q")" }
    try workplace.write("a,b,kind\n" + rows.joined(separator: "\n") + "\n", to: "data.csv")
    let outcome = try Tool.run(
      "train data.csv --target kind --network \(network) --sparsity 0 --topology dense --epochs 5"
        + " --output run -q", in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return workplace
  }

  @Test("shares, entropies and budgets of each layer, as a table and as JSON")
  func inspection() throws {
    let workplace = try trained()
    let table = try Tool.run("inspect run data.csv --entropy", in: workplace)
    #expect(table.status == 0 && table.errors.isEmpty, "\(table.errors)")
    #expect(table.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(table.output.contains("relu2"))
    let object = try Tool.run("inspect run data.csv --entropy --json", in: workplace).json()
    #expect(object["rows"] as? Int == 80 && object["verb"] as? String == "inspect")
    let layers = try #require(object["layers"] as? [[String: Any]])
    #expect(layers.map { $0["name"] as? String } == ["relu1", "relu2"])
    #expect(layers.map { $0["weightsOf"] as? String } == ["linear1", "linear2"])
    #expect(layers.map { $0["weights"] as? Int } == [32, 128])
    for layer in layers {
      let states = ["off", "mixed", "on", "clipped", "silent"].compactMap { layer[$0] as? Int }
      #expect(states.count == 5 && states.reduce(0, +) == layer["units"] as? Int)
      let entropy = try #require(layer["entropy"] as? Double)
      let magnitude = try #require(layer["meanMagnitude"] as? Double)
      #expect(entropy > 0 && entropy <= 1)
      let irrelevance = try #require(layer["irrelevance"] as? Double)
      #expect(abs(irrelevance - entropy * magnitude) < 1e-15)
    }
    // Half of the weights, but never the ten-thousandth part of one.
    let budgets = layers.compactMap { $0["budget"] as? Int }
    #expect((78...80).contains(budgets.reduce(0, +)))
  }

  @Test("other estimators give other numbers, a tolerance fewer mixed units")
  func options() throws {
    let workplace = try trained()
    func layers(_ options: String) throws -> [[String: Any]] {
      let object = try Tool.run("inspect run data.csv --entropy --json \(options)", in: workplace)
        .json()
      return try #require(object["layers"] as? [[String: Any]])
    }
    let exact = try layers("").compactMap { $0["entropy"] as? Double }
    let easier = try layers("--estimator easier").compactMap { $0["entropy"] as? Double }
    #expect(zip(easier, exact).allSatisfy { $0 <= $1 + 1e-12 })
    let mixed = try layers("").compactMap { $0["mixed"] as? Int }
    let fewer = try layers("--tolerance 0.4").compactMap { $0["mixed"] as? Int }
    #expect(fewer.reduce(0, +) < mixed.reduce(0, +))
  }

  @Test(
    "what cannot be done is one line with its exit code",
    arguments: [
      ("inspect run --entropy", 64, "--entropy needs a model and data"),
      ("inspect run data.csv --estimator egp", 64, "need --entropy"),
      ("inspect run data.csv --entropy --tolerance 0.5", 64, "below 0.5"),
      ("inspect run other.csv --entropy", 65, "no column 'b'"),
      ("inspect none data.csv --entropy", 66, "none"),
      ("inspect plain.safetensors data.csv --entropy", 65, "layers can go that end in ReLU"),
    ])
  func refusals(line: String, status: Int32, text: String) throws {
    let workplace = try trained()
    try workplace.write("a,kind\n1,p\n2,q\n", to: "other.csv")
    var model = try Model(path: workplace.url.appending(path: "run/model.safetensors").path)
    model.trained.network = try Network(input: [2]) {
      Linear(3)
      Tanh()
      Linear(2)
    }
    try model.write(to: workplace.url.appending(path: "plain.safetensors").path)
    let outcome = try Tool.run(line, in: workplace)
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }
}
