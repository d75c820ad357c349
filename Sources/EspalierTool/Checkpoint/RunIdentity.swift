import Espalier

/// What a run is: with another version, other options or other data its state is of no use.
struct RunIdentity: Sendable {
  /// Names and values in the order in which they are compared: options, then data.
  private(set) var facts: [(name: String, value: String, isData: Bool)]

  /// - Parameters:
  ///   - verb: The verb of the command.
  ///   - title: What the data are called.
  ///   - settings: The settings, those that a method adds included.
  ///   - data: The data.
  init(
    verb: String, title: String, settings: [(name: String, value: JSON)], data: LoadedData
  ) {
    facts = [("version", EspalierCommand.version, false), ("verb", verb, false)]
    facts += settings.map { ($0.name, $0.value.plain, false) }
    facts += [("name of the data", title, true)]
    facts += data.facts.map { ($0.name, $0.value, true) }
  }

  /// What a selection is.
  init(
    _ options: Select, _ method: any SelectionMethod, _ data: LoadedData,
    _ learner: (any Learner)?
  ) throws {
    let choice = options.choice
    let task = try choice.task(data, count: choice.count ?? choice.path?.counts.max() ?? 1)
    let own = try method.settings(for: task).map { (name: $0.name, value: JSON.setting($0.value)) }
    let settings: [(name: String, value: JSON)] = [
      ("method", .string(method.name)), ("truth", .optional(options.planting.truth, JSON.string)),
    ]
    self.init(
      verb: "select", title: options.data.title,
      settings: settings + SelectionRun.settings(options, task, learner) + own, data: data)
  }

  /// Refuses the state of another run.
  ///
  /// - Parameters:
  ///   - saved: What ``state`` was.
  ///   - folder: The folder, for the error.
  /// - Throws: ``ToolError`` that names the first difference.
  func check(_ saved: Snapshot, folder: String) throws(ToolError) {
    let others: [(name: String, value: String)]
    do {
      let names = try saved.part("names").textList()
      let values = try saved.part("values").textList()
      others = Array(zip(names, values))
    } catch {
      throw ToolError(.badData, "\(folder): \(error)")
    }
    let remedy = "give the same as at first, or begin anew with --force instead of --resume"
    for (own, other) in zip(facts, others) where own.name != other.name || own.value != other.value
    {
      let status: ExitStatus = own.isData ? .badData : .usage
      guard own.name == other.name else {
        throw ToolError(
          status, "\(folder): the run there has other settings, such as \(other.name); \(remedy)")
      }
      throw ToolError(
        status,
        "\(folder): the run there is of \(own.name) \(Self.shown(other.value)), this one of"
          + " \(Self.shown(own.value)); \(remedy)")
    }
    if facts.count != others.count {
      throw ToolError(.usage, "\(folder): the run there has other settings; \(remedy)")
    }
  }

  private static func shown(_ value: String) -> String {
    value.isEmpty ? "none" : value.clipped(to: 60)
  }

  /// The facts, to be compared later.
  var state: Snapshot {
    var state = Snapshot()
    state.save("names", Snapshot(textList: facts.map(\.name)))
    state.save("values", Snapshot(textList: facts.map(\.value)))
    return state
  }

  /// All facts in 16 digits, for a folder that is finished.
  var fingerprint: String {
    var hash = TextHash()
    for fact in facts {
      hash.combine(fact.name)
      hash.combine(fact.value)
    }
    return hash.text
  }
}

extension LoadedData {
  /// What tells these data from others.
  fileprivate var facts: [(name: String, value: String)] {
    var hash = TextHash()
    for rows in [trainingRows, testRows] { hash.combine(rowRanges(rows)) }
    for weight in training.weights ?? [] { hash.combine(UInt64(weight.bitPattern)) }
    for subject in training.subjects ?? [] { hash.combine(UInt64(bitPattern: Int64(subject))) }
    for columns in training.featureGroups?.columns ?? [] {
      hash.combine(rowRanges(columns.sorted()))
    }
    return [
      ("data", training.contentHash()), ("test data", hasTestTable ? test.contentHash() : "none"),
      ("rows, weights and groups", hash.text),
    ]
  }
}

/// A fingerprint of texts and numbers (FNV-1a), against mistakes and not against malice.
struct TextHash {
  private var word: UInt64 = 0xcbf2_9ce4_8422_2325

  var text: String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  mutating func combine(_ text: String) {
    for byte in text.utf8 { word = (word ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    combine(UInt64(text.utf8.count))
  }

  mutating func combine(_ number: UInt64) {
    for shift in stride(from: 0, to: 64 as UInt64, by: 8) {
      word = (word ^ (number >> shift & 0xff)) &* 0x0000_0100_0000_01b3
    }
  }
}

extension Network {
  /// What tells this network from others: nodes, connections and parameters.
  var fingerprint: String {
    var hash = TextHash()
    for node in nodes {
      hash.combine("\(node.name) \(type(of: node.operation).kind) \(node.inputs)")
      for parameter in node.parameters {
        parameter.withElements { for element in $0 { hash.combine(UInt64(element.bitPattern)) } }
      }
    }
    return hash.text
  }
}
