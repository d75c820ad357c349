import Foundation

/// What the folder of a training tells of it, beside the model.
struct FormerTraining {
  private(set) var seed: UInt64?
  private(set) var batch: Int?
  private(set) var learningRate: Float?
  private(set) var weightDecay: Float?
  private(set) var validationFraction: Double?
  private(set) var testFraction: Double?
  private(set) var balancesClasses = false
  /// How weights moved, whatever the rule; ``learningRate`` and ``weightDecay`` are Adam's.
  private(set) var step = Step()
  /// How images were altered, as an option.
  private(set) var augment: String?

  /// How weights moved, as options.
  struct Step {
    var optimizer: String?
    var learningRate, weightDecay, momentum: Float?
    var schedule: String?
  }

  /// Whether the training is known, and with it which rows were held out.
  var isKnown: Bool { seed != nil }

  /// Reads the folder in which a model file lies; a file alone tells nothing.
  init(model path: String) {
    let folder = (path as NSString).deletingLastPathComponent
    let file = (folder.isEmpty ? "." : folder) + "/config.json"
    guard let data = FileManager.default.contents(atPath: file),
      let configuration = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any],
      let verb = configuration["verb"] as? String,
      let settings = configuration["settings"] as? [String: Any]
    else { return }
    func number<Value>(_ name: String, _ convert: (NSNumber) -> Value) -> Value? {
      (settings[name] as? NSNumber).map(convert)
    }
    // What was pruned since stands on the rows of the training before.
    switch verb {
    case "train": seed = number("seed") { $0.uint64Value }
    case "prune units", "prune layers": seed = number("trainingSeed") { $0.uint64Value }
    default: return
    }
    batch = number("batch") { $0.intValue }.flatMap { $0 > 0 ? $0 : nil }
    if settings["optimizer"] as? String == "adam" {
      learningRate = number("learningRate") { $0.floatValue }
      weightDecay = number("weightDecay") { $0.floatValue }
    }
    step.optimizer = settings["optimizer"] as? String
    step.learningRate = number("learningRate") { $0.floatValue }
    step.weightDecay = number("weightDecay") { $0.floatValue }
    step.momentum = number("momentum") { $0.floatValue }
    step.schedule = settings["schedule"] as? String
    validationFraction = number("validationFraction") { $0.doubleValue }
    testFraction = number("testFraction") { $0.doubleValue }
    augment = settings["augment"] as? String
    balancesClasses = settings["classWeight"] as? String == "balanced"
  }
}
