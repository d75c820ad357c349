/// A file of named arrays.
protocol ArrayFile: ~Copyable {
  /// The file, for errors.
  var path: String { get }
  /// All its arrays, in the order of the file.
  var arrays: [ArrayDescription] { get }
  /// Whether the largest array is not taken for the features, because several are equally likely.
  var asksForVariable: Bool { get }
  /// Reads one of the arrays.
  ///
  /// - Parameter array: One of `arrays`.
  /// - Returns: Its content.
  /// - Throws: What is wrong with the file.
  borrowing func read(_ array: ArrayDescription) throws(DatasetError) -> ArrayContent
}

extension ArrayFile where Self: ~Copyable {
  var asksForVariable: Bool { false }
}

/// What is known of an array before it is read.
struct ArrayDescription: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    case numbers, sparse, texts
    /// Nothing that a table could be made of, and why.
    case other(String)
  }

  let name: String
  let shape: [Int]
  let kind: Kind

  var isNumeric: Bool { kind == .numbers || kind == .sparse }
  /// The number of elements; none is read whose shape is too large to be multiplied.
  var elementCount: Int { shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue } }
  /// Whether all elements lie along one axis.
  var isVector: Bool { shape.count { $0 != 1 } <= 1 && !shape.isEmpty }
  /// The group that the array is in, with a stroke at its end; empty where there are no groups.
  var group: Substring { name.lastIndex(of: "/").map { name[...$0] } ?? "" }
  /// The shape as text, such as 20 x 3.
  var size: String { shape.map(String.init).joined(separator: " x ") }

  /// The number of elements of a shape, or nil if that is absurd.
  static func elementCount(_ shape: [Int]) -> Int? {
    var count = 1
    // An extent of zero hides the others.
    for extent in shape.map({ max($0, 1) }) {
      let product = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !product.overflow, product.partialValue < 1 << 48 else { return nil }
      count = product.partialValue
    }
    return shape.contains(0) ? 0 : count
  }
}

/// What an array holds.
enum ArrayContent: Sendable {
  case numbers(NumberArray)
  case sparse(CompressedMatrix)
  case texts([String])
}
