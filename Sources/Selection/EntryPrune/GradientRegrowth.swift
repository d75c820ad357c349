import Datasets
import Kernels
import Networks
import Training

/// The gradient that inactive columns would have if they entered with weights zero:
/// sum_h |sum_i delta_ih x_ij|, block by block, so that no gradient of all columns is ever held.
///
/// - Parameters:
///   - columns: The columns.
///   - hiddenGradient: delta, the gradient of the hidden units' inputs, [rows x units].
///   - unitCount: The number of hidden units.
///   - rows: The rows of the mini-batch in the feature store.
///   - view: How the columns are scaled.
/// - Returns: One number per column.
func absoluteGradients(
  of columns: [Int], hiddenGradient: Floats, unitCount: Int, rows: [Int], in view: TrainingView
) -> [Double] {
  let width = min(256, max(columns.count, 1))
  let product = DensePrimitive.matmul(
    rows: unitCount, columns: width, inner: rows.count, transposingA: true)
  let block = FloatArena(count: rows.count * width)
  let gradient = FloatArena(count: unitCount * width)
  let sums = FloatArena(count: width)
  var sizes: [Double] = []
  sizes.reserveCapacity(columns.count)
  for start in stride(from: 0, to: columns.count, by: width) {
    let chunk = columns[start..<min(start + width, columns.count)]
    // A last, narrower block is filled up with copies, whose results are left out.
    let filled = chunk + repeatElement(columns[start], count: width - chunk.count)
    view.features.gather(
      rows: rows, columns: Array(filled), scaler: view.scaler,
      into: UnsafeMutableBufferPointer(start: block.start, count: block.count))
    product(hiddenGradient, block.start, gradient.start)
    columnAbsoluteSums(gradient.start, rows: unitCount, columns: width, into: sums.start)
    for position in chunk.indices { sizes.append(Double(sums.start[position - start])) }
  }
  return sizes
}
