import Networks
import Tensors

/// The attributes of operators that move a window over an image.
struct WindowAttributes {
  let kernel, stride, dilation: Extent
  /// Whether the last window may begin inside and end outside of the image.
  let roundsUp: Bool
  private let pads: [Int]?
  private let automatic: String

  /// Reads the attributes.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - kernel: The extents of the window; nil for those that the node names.
  /// - Throws: ``Refusal`` if they are none of a window over an image.
  init(_ node: ONNXNode, kernel: [Int]? = nil) throws(Refusal) {
    func extent(_ values: [Int]?, _ name: String) throws(Refusal) -> Extent {
      let values = values ?? [1, 1]
      guard values.count == 2, values.allSatisfy({ (1...Self.limit).contains($0) }) else {
        throw Refusal("has \(name) \(values), not those of a window over an image")
      }
      return Extent(values[0], values[1])
    }
    let named = try node.integers("kernel_shape")
    guard let shape = kernel ?? named, named == nil || named == shape else {
      throw Refusal("has no extents of its window")
    }
    self.kernel = try extent(shape, "kernel_shape")
    stride = try extent(try node.integers("strides"), "strides")
    dilation = try extent(try node.integers("dilations"), "dilations")
    roundsUp = try node.integer("ceil_mode", default: 0) != 0
    automatic = try node.text("auto_pad", default: "NOTSET")
    pads = try node.integers("pads")
    guard pads.map({ $0.count == 4 && $0.allSatisfy { (0...Self.limit).contains($0) } }) ?? true
    else { throw Refusal("has pads \(pads ?? []), not those of an image") }
  }

  private static let limit = 1 << 20

  /// The padding of an image, with what rounding up adds.
  ///
  /// - Parameter image: How the image is arranged.
  /// - Returns: The padding.
  /// - Throws: ``Refusal`` for an unknown way of padding.
  func padding(of image: Arrangement) throws(Refusal) -> Padding {
    let vertical = try padding(
      image.extents[2], kernel.height, stride.height, dilation.height, along: 0)
    let horizontal = try padding(
      image.extents[3], kernel.width, stride.width, dilation.width, along: 1)
    return Padding(
      top: vertical.before, left: horizontal.before, bottom: vertical.after,
      right: horizontal.after)
  }

  private func padding(
    _ extent: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, along axis: Int
  ) throws(Refusal) -> (before: Int, after: Int) {
    let reach = (kernel - 1) * dilation + 1
    switch automatic {
    case "NOTSET", "":
      let (before, after) = pads.map { ($0[axis], $0[axis + 2]) } ?? (0, 0)
      let free = extent + before + after - reach
      guard roundsUp, free >= 0 else { return (before, after) }
      var steps = (free + stride - 1) / stride
      if steps * stride >= extent + before { steps -= 1 }  // it would begin outside
      return (before, after + max(steps * stride - free, 0))
    case "VALID":
      return (0, 0)
    case "SAME_UPPER", "SAME_LOWER":
      let steps = (extent + stride - 1) / stride - 1
      let missing = max(steps * stride + reach - extent, 0)
      let less = missing / 2
      return automatic == "SAME_UPPER" ? (less, missing - less) : (missing - less, less)
    default:
      throw Refusal("pads by '\(automatic)'")
    }
  }
}

extension Extent {
  /// The extent as an attribute holds it.
  var inFile: [Int] { [height, width] }
}

extension Padding {
  /// The padding as an attribute holds it.
  var inFile: [Int] { [top, left, bottom, right] }
}

extension NetworkAssembly {
  /// How the output of a node is arranged that turned an image into another one.
  ///
  /// - Parameters:
  ///   - place: The node of the network.
  ///   - image: How the input was arranged.
  /// - Returns: How the output is.
  func image(at place: Int, like image: Arrangement) -> Arrangement {
    let shape = network.nodes[place].outputShape
    return image.with(shape[2], at: 1).with(shape[0], at: 2).with(shape[1], at: 3)
  }
}
