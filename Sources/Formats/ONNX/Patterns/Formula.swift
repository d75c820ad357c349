/// A formula of one value x, however its nodes are nested.
indirect enum Formula {
  case x
  /// The first output of an operator of one input.
  case call(String, Formula)
  /// A number times other formulas, in any order and nesting.
  case product(Float, [Formula])
  /// A number plus other formulas, in any order and nesting.
  case sum(Float, [Formula])
  /// A value kept between two numbers.
  case clip(Float, Float, Formula)
}

extension PatternSearch {
  /// Whether a value is computed by a formula.
  ///
  /// - Parameters:
  ///   - value: The name of the value.
  ///   - formula: The formula.
  ///   - x: The name that stands for x.
  /// - Returns: Whether it is.
  func matches(_ value: String, _ formula: Formula, x: String) -> Bool {
    switch formula {
    case .x: value == x
    case .call(let kind, let inner):
      maker(of: value, kind)?.input(0).map { matches($0, inner, x: x) } ?? false
    case .product(let factor, let formulas):
      matches(factors(of: value, x: x, depth: 0), factor, formulas, x: x)
    case .sum(let term, let formulas):
      matches(terms(of: value, x: x, depth: 0), term, formulas, x: x)
    case .clip(let low, let high, let inner):
      clip(value, low, high).map { matches($0, inner, x: x) } ?? false
    }
  }

  private func matches(
    _ parts: (number: Float, values: [String]), _ number: Float, _ formulas: [Formula], x: String
  ) -> Bool {
    guard parts.values.count == formulas.count, abs(parts.number - number) <= 1e-4 * abs(number)
    else { return false }
    var rest = parts.values
    for formula in formulas {
      guard let index = rest.firstIndex(where: { matches($0, formula, x: x) }) else { return false }
      rest.remove(at: index)
    }
    return true
  }

  /// A product as a number and the values that it multiplies.
  private func factors(
    of value: String, x: String, depth: Int
  ) -> (number: Float, values: [String]) {
    if let number = scalar(value) { return (number, []) }
    guard value != x, depth < 6, let node = maker(of: value), node.inputs.count == 2 else {
      return (1, [value])
    }
    let left = factors(of: node.inputs[0], x: x, depth: depth + 1)
    switch node.kind {
    case "Mul":
      let right = factors(of: node.inputs[1], x: x, depth: depth + 1)
      return (left.number * right.number, left.values + right.values)
    case "Div":
      guard let divisor = scalar(node.inputs[1]) else { return (1, [value]) }
      return (left.number / divisor, left.values)
    case "Pow":
      guard let exponent = scalar(node.inputs[1]), exponent == 2 || exponent == 3,
        left.values.count == 1, left.number == 1
      else { return (1, [value]) }
      return (1, [String](repeating: left.values[0], count: Int(exponent)))
    default:
      return (1, [value])
    }
  }

  /// A sum as a number and the values that it adds.
  private func terms(
    of value: String, x: String, depth: Int
  ) -> (number: Float, values: [String]) {
    if let number = scalar(value) { return (number, []) }
    guard value != x, depth < 6, let node = maker(of: value), node.inputs.count == 2 else {
      return (0, [value])
    }
    let left = terms(of: node.inputs[0], x: x, depth: depth + 1)
    switch node.kind {
    case "Add":
      let right = terms(of: node.inputs[1], x: x, depth: depth + 1)
      return (left.number + right.number, left.values + right.values)
    case "Sub":
      guard let number = scalar(node.inputs[1]) else { return (0, [value]) }
      return (left.number - number, left.values)
    default:
      return (0, [value])
    }
  }

  /// The value that `Clip` keeps between two numbers; nil if it does something else.
  private func clip(_ value: String, _ low: Float, _ high: Float) -> String? {
    guard let node = maker(of: value, "Clip") else { return nil }
    func bound(_ position: Int, _ attribute: String) -> Float? {
      if let name = node.input(position) { return scalar(name) }
      if case .float(let number)? = node.attributes[attribute] { return number }
      return nil
    }
    return bound(1, "min") == low && bound(2, "max") == high ? node.input(0) : nil
  }
}
