import COneDNN

/// A pointer to the first of a known number of floats.
///
/// Kernels take pointers rather than spans: the buffers belong to a plan and outlive every call,
/// and a span would be rebuilt from the same pointer each time.
package typealias Floats = UnsafeMutablePointer<Float>

/// A dense primitive of oneDNN, created once for fixed shapes and then run on any buffers.
///
/// Measured on one AVX-512 core (Zen 4) against OpenBLAS's and oneDNN's own `sgemm`, median of 60
/// runs, Gflop/s, for X W^T / Y^T X: 1024x197x100 96 / 106 (OpenBLAS 99 / 96), 1024x23x100 91 / 72
/// (85 / 62), 128x10000x100 89 / 98 (84 / 93); the core reaches 105 on 1024x1024x1024. oneDNN loses
/// nowhere by more than 10 %, so it serves every shape.
package final class DensePrimitive {
  private let primitive: OpaquePointer
  private let buffers: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>

  private init(_ primitive: OpaquePointer?, _ what: @autoclosure () -> String) {
    guard let primitive else {
      fatalError("oneDNN \(espalier_onednn_version()) cannot run \(what())")
    }
    self.primitive = primitive
    buffers = .allocate(capacity: 4)
    buffers.initialize(repeating: nil, count: 4)
  }

  deinit {
    espalier_destroy(primitive)
    buffers.deallocate()
  }

  /// C = A B, with C [rows x columns].
  ///
  /// - Parameters:
  ///   - rows: The rows of C.
  ///   - columns: The columns of C.
  ///   - inner: The length of the sums.
  ///   - transposingA: Whether A is stored [inner x rows] instead of [rows x inner].
  ///   - transposingB: Whether B is stored [columns x inner] instead of [inner x columns].
  ///   - addingBias: Whether a bias [columns] is added to every row.
  /// - Returns: The primitive; its buffers are A, B, the bias if there is one, and C.
  package static func matmul(
    rows: Int, columns: Int, inner: Int, transposingA: Bool = false, transposingB: Bool = false,
    addingBias: Bool = false
  ) -> DensePrimitive {
    DensePrimitive(
      espalier_matmul(
        Int64(rows), Int64(columns), Int64(inner), transposingA, transposingB, addingBias),
      "matmul \(rows)x\(inner)x\(columns)")
  }

  /// y = f(x), elementwise.
  package static func activation(_ activation: ElementwiseFunction, count: Int) -> DensePrimitive {
    DensePrimitive(
      espalier_activation(activation.kind, activation.slope, Int64(count)), "\(activation)")
  }

  /// dx = f'(x) dy, elementwise.
  package static func activationGradient(
    _ activation: ElementwiseFunction, count: Int
  ) -> DensePrimitive {
    DensePrimitive(
      espalier_activation_gradient(activation.kind, activation.slope, Int64(count)),
      "the gradient of \(activation)")
  }

  /// y = softmax(x) along each row.
  package static func softmax(rows: Int, columns: Int) -> DensePrimitive {
    DensePrimitive(espalier_softmax(Int64(rows), Int64(columns)), "softmax \(rows)x\(columns)")
  }

  /// dx from y = softmax(x) and dy.
  package static func softmaxGradient(rows: Int, columns: Int) -> DensePrimitive {
    DensePrimitive(
      espalier_softmax_gradient(Int64(rows), Int64(columns)),
      "the gradient of softmax \(rows)x\(columns)")
  }

  /// Runs the primitive on two buffers.
  package func callAsFunction(_ first: Floats, _ second: Floats) {
    buffers[0] = first
    buffers[1] = second
    run()
  }

  /// Runs the primitive on three buffers.
  package func callAsFunction(_ first: Floats, _ second: Floats, _ third: Floats) {
    buffers[2] = third
    callAsFunction(first, second)
  }

  /// Runs the primitive on four buffers.
  package func callAsFunction(
    _ first: Floats, _ second: Floats, _ third: Floats, _ fourth: Floats
  ) {
    buffers[3] = fourth
    callAsFunction(first, second, third)
  }

  private func run() {
    // The two layouts are the same; C's array of non-null pointers is Swift's of optional ones.
    let status = espalier_execute(primitive, buffers)
    if status != 0 { fatalError("oneDNN failed with status \(status)") }
  }
}

/// The elementwise functions that oneDNN provides forward and backward.
package enum ElementwiseFunction: Hashable, Sendable {
  case relu(slope: Float)
  case sigmoid
  case tanh
  case gelu
  case geluTanh

  fileprivate var kind: EspalierActivation {
    switch self {
    case .relu: ESPALIER_RELU
    case .sigmoid: ESPALIER_LOGISTIC
    case .tanh: ESPALIER_TANH
    case .gelu: ESPALIER_GELU_ERF
    case .geluTanh: ESPALIER_GELU_TANH
    }
  }

  fileprivate var slope: Float {
    if case .relu(let slope) = self { return slope }
    return 0
  }
}

/// Sets how many threads the dense primitives use when the calling thread runs them.
///
/// The setting belongs to the calling thread alone, so every thread that computes sets its own.
///
/// - Parameter count: The number of threads, at least 1.
package func setThreadCount(_ count: Int) {
  espalier_set_thread_count(Int32(count))
}
