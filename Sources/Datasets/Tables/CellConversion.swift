/// Writes the cells of a group of columns in their type.
struct Narrowing: ElementVisitor {
  let cells: UnsafePointer<Double>
  let width: Int
  let rowCount: Int
  let columns: [Int]
  let target: UnsafeMutableRawPointer?

  func visit<Element: StoredElement>(_ type: Element.Type) {
    guard let target = target?.assumingMemoryBound(to: type) else { return }
    columns.withUnsafeBufferPointer { columns in
      for row in 0..<rowCount {
        let line = cells + row * width
        let output = target + row * columns.count
        for (slot, column) in columns.enumerated() {
          let number = line[column]
          output[slot] = number.isNaN ? .missing : Element(narrowing: number)
        }
      }
    }
  }
}

/// Reads the columns of a group into rows of all columns.
struct WideningRows: ElementVisitor {
  let source: UnsafeRawPointer?
  let rowCount: Int
  let columns: [Int]
  let hasMissing: Bool
  let cells: UnsafeMutableBufferPointer<Double>
  let width: Int

  func visit<Element: StoredElement>(_ type: Element.Type) {
    guard let source = source?.assumingMemoryBound(to: type) else { return }
    columns.withUnsafeBufferPointer { columns in
      for row in 0..<rowCount {
        let line = source + row * columns.count
        for (slot, column) in columns.enumerated() {
          let element = line[slot]
          cells[row * width + column] =
            hasMissing && element.isMissing ? .nan : element.exact
        }
      }
    }
  }
}

/// Reads one column of a group.
struct Widening: ElementVisitor {
  let source: UnsafeRawPointer?
  let rowCount: Int
  let stride: Int
  let slot: Int
  let hasMissing: Bool

  func visit<Element: StoredElement>(_ type: Element.Type) -> [Double] {
    guard let source = source?.assumingMemoryBound(to: type) else { return [] }
    return (0..<rowCount).map { row in
      let element = source[row * stride + slot]
      return hasMissing && element.isMissing ? .nan : element.exact
    }
  }
}
