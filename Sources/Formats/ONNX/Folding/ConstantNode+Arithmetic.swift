import Foundation

extension ConstantNode {
  /// An operator of two numbers.
  enum Arithmetic {
    case add, subtract, multiply, divide, power, minimum, maximum, equal
    /// What a division leaves, with the sign of the divisor, or with that of the dividend.
    case modulo, remainder

    /// The result for integers; nil where there is none.
    func callAsFunction(_ left: Int, _ right: Int) -> Int? {
      let (result, overflows) =
        switch self {
        case .add: left.addingReportingOverflow(right)
        case .subtract: left.subtractingReportingOverflow(right)
        case .multiply: left.multipliedReportingOverflow(by: right)
        case .divide: left.dividedReportingOverflow(by: right)
        case .power: Self.power(left, right)
        case .minimum: (min(left, right), false)
        case .maximum: (max(left, right), false)
        case .equal: (left == right ? 1 : 0, false)
        case .remainder: left.remainderReportingOverflow(dividingBy: right)
        case .modulo: Self.modulo(left, right)
        }
      return overflows ? nil : result
    }

    private static func modulo(_ left: Int, _ right: Int) -> (Int, Bool) {
      let (rest, overflows) = left.remainderReportingOverflow(dividingBy: right)
      return (rest != 0 && (rest < 0) != (right < 0) ? rest + right : rest, overflows)
    }

    private static func power(_ base: Int, _ exponent: Int) -> (Int, Bool) {
      let value = pow(Double(base), Double(exponent))
      return Int(exactly: value).map { ($0, false) } ?? (0, true)
    }

    /// The result for other numbers.
    func callAsFunction(_ left: Float, _ right: Float) -> Float {
      switch self {
      case .add: left + right
      case .subtract: left - right
      case .multiply: left * right
      case .divide: left / right
      case .power: powf(left, right)
      case .minimum: min(left, right)
      case .maximum: max(left, right)
      case .equal: left == right ? 1 : 0
      case .remainder: fmodf(left, right)
      case .modulo: left - right * (left / right).rounded(.down)
      }
    }
  }

  func arithmetic(_ rule: Arithmetic, _ budget: inout Int) throws(Refusal) -> ONNXTensor {
    guard inputs.count == 2 else { throw Refusal("has \(inputs.count) inputs") }
    let (left, right) = (try tensor(0), try tensor(1))
    let extents = try Axes.broadcast(left.extents, right.extents)
    let wideLeft = try Self.expanded(left, to: extents, &budget)
    let wideRight = try Self.expanded(right, to: extents, &budget)
    try Self.spend(wideLeft.count, &budget)
    if let a = wideLeft.integers, let b = wideRight.integers {
      var values: [Int] = []
      for (x, y) in zip(a, b) {
        guard let value = rule(x, y) else { throw Refusal("computes no number of \(x) and \(y)") }
        values.append(value)
      }
      return ONNXTensor(extents, .integers(values))
    }
    guard let a = wideLeft.floats, let b = wideRight.floats else {
      throw Refusal("computes with texts")
    }
    let values = zip(a, b).map { rule($0, $1) }
    return rule == .equal
      ? ONNXTensor(extents, .integers(values.map { $0 == 0 ? 0 : 1 }))
      : ONNXTensor(extents, .floats(values))
  }

  func negation(_ budget: inout Int) throws(Refusal) -> ONNXTensor {
    let tensor = try tensor(0)
    guard let values = tensor.integers else { throw Refusal("negates something but truth") }
    try Self.spend(values.count, &budget)
    return ONNXTensor(tensor.extents, .integers(values.map { $0 == 0 ? 1 : 0 }))
  }

  func mapped(
    _ budget: inout Int, _ function: (Float) -> Float
  ) throws(Refusal) -> ONNXTensor {
    let tensor = try tensor(0)
    try Self.spend(tensor.count, &budget)
    switch tensor.elements {
    case .floats(let values): return ONNXTensor(tensor.extents, .floats(values.map(function)))
    case .integers(let values):
      guard node.kind == "Neg", !values.contains(.min) else {
        throw Refusal("computes with integers")
      }
      return ONNXTensor(tensor.extents, .integers(values.map { -$0 }))
    case .texts: throw Refusal("computes with texts")
    }
  }
}
