import Datasets

/// What a file does with the columns of a table before its network: the choice of columns and a
/// scaling with logarithms, which no operation of a network computes.
struct GraphEntrance {
  var columns: ONNXModel.ColumnChoice?
  var scaler: Scaler
}

extension ONNXGraph {
  /// Takes out a scaling with logarithms, as this package writes it, and the choice of columns
  /// before it; nil where the graph begins otherwise.
  mutating func takeEntrance() -> GraphEntrance? {
    guard inputs.count == 1, let extents = inputs[0].extents, extents.count == 2,
      let width = extents[1]
    else { return nil }
    var value = inputs[0].name
    var columns: ONNXModel.ColumnChoice?
    if let choice = soleReader(of: value), choice.kind == "Gather",
      choice.attributes["axis"] == .integer(1), let name = choice.input(1),
      let indices = constants[name]?.integers, constants[name]?.extents.count == 1,
      indices.allSatisfy({ (0..<width).contains($0) })
    {
      columns = ONNXModel.ColumnChoice(indices, of: width)
      value = choice.outputs.first ?? ""
    }
    let count = columns?.indices.count ?? width
    guard count > 0, let (mixed, logarithms) = logarithms(of: value, count),
      let (shifted, offsets) = row(of: mixed, "Sub", count),
      let (scaled, scales) = row(of: shifted, "Mul", count)
    else { return nil }
    inputs = [Port(name: scaled, extents: [extents[0], count], isTensor: true)]
    nodes.removeAll { $0.outputs.contains(scaled) }
    return GraphEntrance(
      columns: columns, scaler: Scaler(logarithms: logarithms, offsets: offsets, scales: scales))
  }

  /// The only node that reads a value.
  private func soleReader(of value: String) -> ONNXNode? {
    let readers = nodes.filter { $0.inputs.contains(value) }
    return readers.count == 1 ? readers[0] : nil
  }

  /// A node that computes a value with one number for each column: its output and the numbers.
  private func row(_ node: ONNXNode?, _ kind: String, _ count: Int) -> (String, [Float])? {
    guard let node, node.kind == kind, node.inputs.count == 2, let output = node.outputs.first,
      let numbers = constants[node.inputs[1]]?.floats, numbers.count == count,
      numbers.allSatisfy(\.isFinite)
    else { return nil }
    return (output, numbers)
  }

  private func row(of value: String, _ kind: String, _ count: Int) -> (String, [Float])? {
    soleReader(of: value).flatMap { $0.inputs[0] == value ? row($0, kind, count) : nil }
  }

  /// log(1 + mask x) + (1 - mask) x: its name, and which columns the mask has.
  private func logarithms(of value: String, _ count: Int) -> (String, [Bool])? {
    let readers = nodes.filter { $0.inputs.first == value && $0.kind == "Mul" }
    guard readers.count == 2, nodes.count(where: { $0.inputs.contains(value) }) == 2 else {
      return nil
    }
    for (masked, others) in [(readers[0], readers[1]), (readers[1], readers[0])] {
      guard let (counts, mask) = row(masked, "Mul", count),
        let (rest, complement) = row(others, "Mul", count),
        let increased = soleReader(of: counts), increased.kind == "Add",
        increased.inputs.count == 2, constants[increased.inputs[1]]?.scalar == 1,
        let logarithm = soleReader(of: increased.output), logarithm.kind == "Log",
        let sum = soleReader(of: logarithm.output), sum.kind == "Add",
        sum.inputs == [logarithm.output, rest],
        zip(mask, complement).allSatisfy({ ($0 == 0 || $0 == 1) && $0 + $1 == 1 })
      else { continue }
      return (sum.output, mask.map { $0 == 1 })
    }
    return nil
  }
}
