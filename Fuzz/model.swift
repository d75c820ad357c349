import Datasets
import Tensors

@testable import Formats

/// A model file: the description, a line end, the header of the tensors, a line end, the tensors.
///
/// Lengths and checksum are put right, or few changes would ever be looked at.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let parts = array(data, size).split(
    separator: 0x0a, maxSplits: 2, omittingEmptySubsequences: false)
  guard parts.count == 3 else { return 0 }
  let length = (0..<8).map { UInt8(truncatingIfNeeded: parts[1].count >> (8 * $0)) }
  guard var file = try? Safetensors(bytes: length + parts[1] + parts[2], path: "fuzz") else {
    return 0
  }
  let text = String(decoding: parts[0], as: UTF8.self)
  file.metadata[Model.key] = text
  file.metadata[Model.digestKey] = file.digest(after: text)
  guard let model = try? Model(file) else { return 0 }
  guard let again = try? Model(model.safetensors), again == model else {
    fatalError("what was written is not read")
  }
  let trained = model.trained
  let largest = trained.network.nodes.map(\.outputShape.elementCount).max() ?? 0
  guard trained.network.multiplyAdds < 1 << 16, largest < 1 << 16 else { return 0 }
  let inputCount = trained.network.inputShape.elementCount
  let rows = FeatureStore(
    values: [Float](repeating: 1, count: inputCount), rowCount: 1,
    columnNames: trained.columnNames)
  _ = trained.predict(rows)
  return 0
}
