/// What a graph computes in the end, without the class names, maps and probabilities that
/// exporters put behind it.
struct GraphEnding {
  /// What the scores are, if the file says so.
  enum Task {
    case classes, labels
  }

  /// The value that the network shall compute.
  var score: String
  var task: Task?
  var names: [String]?
}

extension ONNXGraph {
  /// Finds what is computed in the end, and leaves out what comes behind it.
  ///
  /// - Parameter path: What errors call the file.
  /// - Returns: The value, and what the file says about it.
  /// - Throws: ``ONNXError/unsuitable(path:reason:)`` if there are several.
  mutating func takeEnding(path: String) throws(ONNXError) -> GraphEnding {
    let search = PatternSearch(self)
    let labels = outputs.compactMap { search.label($0.name) }
    var ending = GraphEnding(score: "")
    if let first = labels.first(where: { $0.task == .labels }) ?? labels.first {
      ending = first
      ending.names = labels.lazy.compactMap(\.names).first
      ending.score = strip(ending.score, search)
    } else {
      // One output may be the probabilities of another.
      let plain = outputs.filter(\.isTensor).map(\.name)
      let scores = plain.filter { name in
        !plain.contains { $0 != name && search.probabilities(name) == $0 }
      }
      guard let score = scores.first, scores.count == 1 else {
        let known = outputs.map { "'\($0.name)'" }.joined(separator: ", ")
        throw .unsuitable(
          path: path, reason: "it has \(outputs.count) outputs (\(known)); export it with one")
      }
      ending = search.logarithms(score) ?? GraphEnding(score: score)
    }
    outputs = [Port(name: ending.score, extents: nil, isTensor: true)]
    prune(to: ending.score)
    return ending
  }

  /// The logits behind probabilities; for the probabilities of two classes from one logit z, the
  /// two logits 0 and z, whose softmax they are.
  private mutating func strip(_ given: String, _ search: PatternSearch) -> String {
    var score = given
    while let source = search.maker(of: score, "Identity")?.input(0) { score = source }
    if let logits = search.probabilities(score) { return logits }
    guard let pair = search.maker(of: score, "Concat"), pair.inputs.count == 2,
      let rest = search.maker(of: pair.inputs[0], "Sub"), rest.inputs.count == 2,
      search.scalar(rest.inputs[0]) == 1, rest.inputs[1] == pair.inputs[1],
      let z = search.maker(of: pair.inputs[1], "Sigmoid")?.input(0)
    else { return score }
    let (weight, logits) = ("\(score)/weight", "\(score)/logits")
    guard constants[weight] == nil, makers[logits] == nil else { return score }
    constants[weight] = ONNXTensor([1, 2], .floats([0, 1]))
    nodes.append(ONNXNode(name: "logits", kind: "MatMul", inputs: [z, weight], outputs: [logits]))
    return logits
  }
}

extension PatternSearch {
  /// The logits of which a value is the probabilities; nil if it is none.
  fileprivate func probabilities(_ value: String) -> String? {
    (maker(of: value, "Softmax") ?? maker(of: value, "Sigmoid"))?.input(0)
  }

  /// The logits of which a value is the logarithms of the probabilities of classes, with which many
  /// networks of PyTorch end; nil if it is none.
  fileprivate func logarithms(_ value: String) -> GraphEnding? {
    guard let node = maker(of: value, "LogSoftmax"), let logits = node.input(0),
      [-1, 1].contains((try? node.integer("axis", default: -1)) ?? 0)
    else { return nil }
    return GraphEnding(score: logits, task: .classes)
  }

  /// The scores from which class labels are made; nil if a value is no label.
  fileprivate func label(_ value: String, depth: Int = 0) -> GraphEnding? {
    guard depth < 16, let node = maker(of: value), let source = node.input(0) else { return nil }
    switch node.kind {
    case "ArgMax": return GraphEnding(score: source, task: .classes)
    case "Identity", "Cast", "Reshape", "Squeeze": return label(source, depth: depth + 1)
    case "ai.onnx.ml.Binarizer": return GraphEnding(score: source, task: .labels)
    case "ai.onnx.ml.ZipMap":
      return GraphEnding(
        score: source, task: .classes,
        names: node.names("classlabels_strings") ?? node.names("classlabels_int64s"))
    case "ai.onnx.ml.ArrayFeatureExtractor", "Gather":
      guard let index = node.input(1), var ending = label(index, depth: depth + 1) else {
        return nil
      }
      ending.names = graph.constants[source]?.texts
      return ending
    case "ai.onnx.ml.LabelEncoder":
      guard var ending = label(source, depth: depth + 1) else { return nil }
      ending.names = labels(encodedBy: node)
      return ending
    default: return nil
    }
  }

  /// The labels of the classes 0, 1, 2 and so on; nil if the table is of another kind.
  private func labels(encodedBy node: ONNXNode) -> [String]? {
    guard case .integers(let keys)? = node.attributes["keys_int64s"],
      let values = node.names("values_strings") ?? node.names("values_int64s"),
      keys.sorted() == Array(keys.indices), keys.count == values.count
    else { return nil }
    return zip(keys, values).sorted { $0.0 < $1.0 }.map(\.1)
  }
}

extension ONNXNode {
  /// An attribute of texts or integers, as texts; nil if it is missing.
  fileprivate func names(_ attribute: String) -> [String]? {
    switch attributes[attribute] {
    case .texts(let values)?: values
    case .integers(let values)?: values.map(String.init)
    default: nil
    }
  }
}
