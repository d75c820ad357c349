import Datasets
import Foundation
import Networks
import SwiftProtobuf
import Tensors
import Training

/// How an ONNX file is written.
public struct ONNXOptions: Sendable, Hashable {
  /// Where the channels of an image stand in the file's input.
  public enum ImageLayout: String, Sendable, Hashable, CaseIterable {
    /// [batch, height, width, channels], as networks here read them: the file transposes.
    case channelsLast = "channels-last"
    /// [batch, channels, height, width], as PyTorch does: nothing is transposed.
    case channelsFirst = "channels-first"
  }

  /// Where the channels of an image stand in the file's input; nil for ``ONNXModel/imageLayout``.
  public var imageLayout: ImageLayout?
  /// Whether a second output gives the probabilities of classes or labels.
  public var hasProbabilities = true

  /// The usual: channels where the model has them, and probabilities.
  public init() {}
}

extension ONNXModel {
  /// Writes a file; it appears under its name only when it is complete.
  ///
  /// The file has the input `input` and, for classes and labels, the outputs `logits` and
  /// `probabilities`; otherwise the output `output`, in the units of the target where there is
  /// one. Scaling and choice of columns are part of the graph. Names of columns and outputs are
  /// JSON lists in the file's metadata, under `columns` and `outputs`. A sparse layer becomes a
  /// dense one with zeros, since ONNX has no product of sparse matrices.
  ///
  /// - Parameters:
  ///   - path: The file; one of this name is replaced.
  ///   - options: How it is written.
  /// - Throws: ``ONNXError`` if the system refuses, or the file would be too large for its format.
  public func write(to path: String, options: ONNXOptions = ONNXOptions()) throws(ONNXError) {
    let bytes = try bytes(options: options, path: path)
    do throws(DatasetError) {
      var file = try AtomicFile(path: path)
      try bytes.withUnsafeBufferPointer { bytes throws(DatasetError) in
        for start in stride(from: 0, to: bytes.count, by: 1 << 18) {
          let piece = bytes[start..<min(start + 1 << 18, bytes.count)]
          try file.write(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: piece)))
        }
      }
      try file.commit()
    } catch {
      throw .file(error)
    }
  }

  /// The bytes of the file: equal models give equal bytes.
  ///
  /// - Parameters:
  ///   - options: How it is written.
  ///   - path: What errors call it.
  /// - Returns: The bytes.
  /// - Throws: ``ONNXError`` if the file would be too large for its format.
  public func bytes(
    options: ONNXOptions = ONNXOptions(), path: String = "model.onnx"
  ) throws(ONNXError) -> [UInt8] {
    var model = ONNXModelProto()
    model.irVersion = 8
    model.producerName = "espalier"
    model.opsetImport = [.with { $0.version = 17 }]
    let writer = try graph(options, path: path)
    model.metadataProps = metadata(writer.notes, options)
    model.graph = writer.proto
    do {
      return try model.serializedBytes()
    } catch {
      throw .unsuitable(path: path, reason: "2 GB is the most that an ONNX file may hold")
    }
  }

  private func metadata(
    _ notes: [OperationNote], _ options: ONNXOptions
  ) -> [ONNXStringStringEntryProto] {
    func list(_ names: [String]) -> String {
      "[" + names.map { JSONText.quoted($0) }.joined(separator: ",") + "]"
    }
    var entries: [(String, String)] = []
    if network.inputShape.rank == 3 {
      entries.append(("layout", (options.imageLayout ?? imageLayout).rawValue))
    }
    if let columnNames { entries.append(("columns", list(columnNames))) }
    switch meaning {
    case .classes(let names)?: entries += [("task", "classes"), ("outputs", list(names))]
    case .labels(let names)?: entries += [("task", "labels"), ("outputs", list(names))]
    case .value?: entries.append(("task", "value"))
    case .outputs(let names, _)?: entries += [("task", "values"), ("outputs", list(names))]
    case nil: break
    }
    if !notes.isEmpty {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let data = (try? encoder.encode(notes)) ?? Data()
      entries.append((OperationNote.key, String(decoding: data, as: UTF8.self)))
    }
    return entries.map { entry in
      .with { ($0.key, $0.value) = entry }
    }
  }

  private func graph(
    _ options: ONNXOptions, path: String
  ) throws(ONNXError) -> GraphWriter {
    var writer = GraphWriter(network)
    writer.name("network")
    writeEntrance(options.imageLayout ?? imageLayout, to: &writer)
    for (position, node) in network.nodes.enumerated().dropFirst() {
      let kind = type(of: node.operation).kind
      guard let form = OperatorTable.form(of: kind) else {
        let missing = UnsupportedOperator(kind: kind, node: node.name, reason: "has no ONNX form")
        throw .unsupported(path: path, operators: [missing])
      }
      form.writeNode(at: position, to: &writer)
    }
    writeEnd(options, to: &writer)
    return writer
  }

  /// Writes the input, the choice of columns and the scaling.
  private func writeEntrance(
    _ imageLayout: ONNXOptions.ImageLayout, to writer: inout GraphWriter
  ) {
    let shape = network.inputShape
    let isFirst = shape.rank == 3 && columns == nil && imageLayout == .channelsFirst
    let extents =
      columns.map { [$0.tableWidth] }
      ?? (isFirst ? [shape[2], shape[0], shape[1]] : shape.extents)
    writer.addInput("input", extents)
    var value = "input"
    func step(_ kind: String, _ inputs: [String]) {
      let name = "input/\(kind)"
      writer.add(kind, inputs, name)
      value = name
    }
    if let columns {
      let indices = writer.constant("input/columns", ONNXTensor(columns.indices))
      writer.add("Gather", [value, indices], "input/chosen", ["axis": .integer(1)])
      value = "input/chosen"
      if shape.rank != 1 {
        let extents = writer.constant("input/shape", ONNXTensor([-1] + shape.extents))
        step("Reshape", [value, extents])
      }
    }
    if let scaler {
      func constant(_ name: String, _ numbers: [Float]) -> String {
        let channels = Array(numbers.prefix(shape.innermost))
        var tensor = ONNXTensor(shape.extents, .floats(numbers))
        let isByChannel = numbers.indices.allSatisfy {
          numbers[$0] == channels[$0 % channels.count]
        }
        if shape.rank == 3, isByChannel {
          tensor = ONNXTensor([1, 1, channels.count], .floats(channels))
        }
        if isFirst { tensor = tensor.transposed([2, 0, 1]) }
        return writer.constant("input/\(name)", tensor)
      }
      if scaler.logarithms.contains(true) {
        // log(1 + x) in the columns that ask for it; the others take the logarithm of 1.
        let mask = constant("logarithms", scaler.logarithms.map { $0 ? 1 : 0 })
        let rest = constant("identities", scaler.logarithms.map { $0 ? 0 : 1 })
        writer.add("Mul", [value, mask], "input/counts")
        writer.add("Add", ["input/counts", writer.scalar(1)], "input/counts_1")
        writer.add("Log", ["input/counts_1"], "input/logarithm")
        writer.add("Mul", [value, rest], "input/others")
        writer.add("Add", ["input/logarithm", "input/others"], "input/mixed")
        value = "input/mixed"
      }
      step("Sub", [value, constant("offsets", scaler.offsets)])
      step("Mul", [value, constant("scales", scaler.scales)])
    }
    writer.begin(value, isFirst ? .channelsFirst : .channelsLast)
  }

  /// Writes the outputs.
  private func writeEnd(_ options: ONNXOptions, to writer: inout GraphWriter) {
    let layout = options.imageLayout ?? imageLayout
    let isFirst = network.outputShape.rank == 3 && layout == .channelsFirst
    let (value, _) = writer.value(
      of: network.nodes.count - 1, as: isFirst ? .channelsFirst : .channelsLast)
    let shape = network.outputShape.extents
    let extents = isFirst ? [shape[2], shape[0], shape[1]] : shape
    func output(_ name: String, _ kind: String, _ inputs: [String]) {
      writer.add(kind, inputs, name)
      writer.addOutput(name, extents)
    }
    switch meaning {
    case .classes?, .labels?:
      output("logits", "Identity", [value])
      guard options.hasProbabilities else { return }
      if case .labels? = meaning {
        output("probabilities", "Sigmoid", ["logits"])
      } else {
        output("probabilities", "Softmax", ["logits"])
      }
    case .value(let scale)?: writeScaled([scale])
    case .outputs(_, let scales)?: writeScaled(scales)
    case nil: output("output", "Identity", [value])
    }

    /// The numbers in the units of the target.
    func writeScaled(_ scales: [TargetScale]) {
      let factors = ONNXTensor([scales.count], .floats(scales.map { Float($0.deviation) }))
      let means = ONNXTensor([scales.count], .floats(scales.map { Float($0.mean) }))
      let factor = writer.constant("output/deviation", factors)
      let mean = writer.constant("output/mean", means)
      writer.add("Mul", [value, factor], "output/scaled")
      output("output", "Add", ["output/scaled", mean])
    }
  }
}
