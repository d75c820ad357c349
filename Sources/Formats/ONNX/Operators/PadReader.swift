import Networks
import Tensors

/// Zeros around an activation: its places are chosen anew, from themselves and a place of zeros.
enum PadReader: OperatorReader {
  static let operators = ["Pad"]

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    let (place, view) = try assembly.activation(0, of: node)
    let extents = view.extents
    let pads = try pads(of: node, rank: extents.count, assembly)
    let axes = extents.indices.filter { pads[$0].before + pads[$0].behind > 0 }
    if axes.isEmpty {
      assembly.finish(node, at: place, view)
      return
    }
    guard axes[0] > 0 else { throw Refusal("adds samples to a batch") }
    let rest = extents.indices.dropFirst().filter { !axes.contains($0) }
    var (source, arrangement) = try assembly.arranged(0, of: node, order: axes + rest)
    guard arrangement.lead == 1 else { throw Refusal("pads parts of samples") }
    func count(_ axes: [Int]) -> Int { axes.reduce(1) { $0 * arrangement.extents[$1] } }
    let (padded, zeros) = (arrangement.extents, count(axes))
    let image = Shape([zeros, 1, count(rest)])
    for axis in axes { arrangement.extents[axis] += pads[axis].before + pads[axis].behind }
    try assembly.reserve(count(axes))
    // Place by place of the result: where it lies in the input, or the place of zeros.
    var sources = [0]
    for axis in axes {
      let inside = pads[axis].before..<pads[axis].before + padded[axis]
      sources = sources.flatMap { outer in
        (0..<arrangement.extents[axis]).map { inner in
          outer < zeros && inside.contains(inner)
            ? outer * padded[axis] + inner - inside.lowerBound : zeros
        }
      }
    }
    source = try assembly.append(Reshape(to: image), to: [source], for: node, suffix: ".shape")
    source = try assembly.append(AppendZeroToken(), to: [source], for: node, suffix: ".zeros")
    source = try assembly.append(Permute(axes: [1, 0]), to: [source], for: node, suffix: ".order")
    let result = try assembly.append(GatherColumns(indices: sources), to: [source], for: node)
    arrangement.order = rest + axes
    assembly.finish(node, at: result, arrangement.view)
  }

  /// What is added before and behind each axis.
  private static func pads(
    of node: ONNXNode, rank: Int, _ assembly: NetworkAssembly
  ) throws(Refusal) -> [(before: Int, behind: Int)] {
    let mode = try node.text("mode", default: "constant")
    guard mode == "constant" else { throw Refusal("pads by '\(mode)', not by zeros") }
    var value = try node.float("value", default: 0)
    if let constant = try assembly.constant(2, of: node) { value = constant.scalar ?? .nan }
    guard value == 0 else { throw Refusal("pads by something but zeros") }
    var given = try assembly.constant(1, of: node)?.integers
    if given == nil { given = try node.integers("pads") }
    let axes = try Axes.axes(
      try assembly.constant(3, of: node)?.integers ?? Array(0..<rank), rank: rank)
    guard let given, given.count == 2 * axes.count, given.allSatisfy({ (0...1 << 20).contains($0) })
    else { throw Refusal("has no pads of at least 0") }
    var result = [(before: Int, behind: Int)](repeating: (0, 0), count: rank)
    for (position, axis) in axes.enumerated() {
      result[axis] = (given[position], given[position + axes.count])
    }
    return result
  }
}
