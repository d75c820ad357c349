import Networks
import Tensors

/// Builds a network of what a file says, none of which is believed.
struct NetworkBuilding {
  /// The most nodes of a network.
  private static let mostNodes = 10_000
  /// The most elements of one sample anywhere in a network.
  private static let largestSample = 1 << 26

  private let file: Safetensors
  private var network: Network
  private var positions: [String: Int] = [:]
  private var arraysTaken: Set<String> = []

  /// Builds a network.
  ///
  /// - Parameters:
  ///   - records: The nodes in topological order.
  ///   - file: The file with the parameters.
  /// - Returns: The network.
  /// - Throws: ``ModelError`` that names the node.
  static func network(
    of records: [NodeRecord], in file: Safetensors
  ) throws(ModelError) -> Network {
    guard let first = records.first, case .plain(let operation) = first.operation,
      let input = operation as? Input, first.inputs.isEmpty, first.name == "input"
    else { throw .damaged(path: file.path, reason: "the first node is no input") }
    guard records.count <= mostNodes else {
      throw .damaged(path: file.path, reason: "more than \(mostNodes) nodes")
    }
    var building = NetworkBuilding(file: file, network: Network(input: input.shape))
    try building.checkSize(input.shape, name: first.name)
    building.positions[first.name] = 0
    for record in records.dropFirst() { try building.append(record) }
    let unexpected = file.arrays.map(\.name).filter { !building.arraysTaken.contains($0) }
    guard unexpected.isEmpty else {
      throw .misfits(path: file.path, ModelError.Misfits(unexpected: unexpected))
    }
    return building.network
  }

  private init(file: Safetensors, network: Network) {
    (self.file, self.network) = (file, network)
  }

  private mutating func append(_ record: NodeRecord) throws(ModelError) {
    func fault(_ reason: String) -> ModelError {
      .node(path: file.path, name: record.name, reason: reason)
    }
    var inputs: [Int] = []
    for name in record.inputs {
      guard let position = positions[name] else {
        throw fault("the input '\(name.shown)', which is no node before it")
      }
      inputs.append(position)
    }
    let operation: any NetworkOperation =
      switch record.operation {
      case .plain(let operation): operation
      case .sparse(let settings): try sparse(settings, name: record.name)
      }
    guard !(operation is Input) else { throw fault("an operation that only the first one has") }
    do {
      let shape = try network.outputShape(of: operation, at: inputs, named: record.name)
      try checkSize(shape, name: record.name)
      let shapes = inputs.map { network.nodes[$0].outputShape }
      let parameters = try parameters(
        operation.parameters(of: shapes), ofNode: record.name)
      try network.append(operation, to: inputs, named: record.name, parameters: parameters)
    } catch let error as NetworkError {
      throw .damaged(path: file.path, reason: "\(error)")
    } catch let error as ModelError {
      throw error
    } catch {
      throw .damaged(path: file.path, reason: "\(error)")
    }
    positions[record.name] = network.nodes.count - 1
  }

  private func checkSize(_ shape: Shape, name: String) throws(ModelError) {
    var count = 1
    for extent in shape.extents {
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: extent)
      guard !isTooLarge, product <= Self.largestSample, extent > 0 else {
        throw .node(
          path: file.path, name: name,
          reason: "an output of \(shape), where 1...\(Self.largestSample) elements can be")
      }
      count = product
    }
  }

  private mutating func parameters(
    _ declarations: [ParameterDeclaration], ofNode name: String
  ) throws(ModelError) -> [Tensor] {
    var parameters: [Tensor] = []
    for declaration in declarations {
      let full = "\(name).\(declaration.name)"
      let array = try array(full, SafetensorsType.float32, shape: declaration.shape)
      parameters.append(try array.finite(path: file.path))
    }
    return parameters
  }

  private mutating func sparse(
    _ settings: NodeRecord.SparseSettings, name: String
  ) throws(ModelError) -> SparseLinear {
    let weight = "\(name).weight"
    let rowStarts = try array(weight + ParameterName.rowStarts, .int32).elements(as: Int32.self)
    let columns = try array(weight + ParameterName.columns, .int32).elements(as: Int32.self)
    let reason = SparsePattern.fault(
      rowCount: settings.unitCount, columnCount: settings.inputCount, rowStarts: rowStarts ?? [],
      columns: columns ?? [])
    if let reason { throw .node(path: file.path, name: name, reason: reason) }
    guard settings.unitCount > 0, settings.inputCount > 0 else {
      throw .node(path: file.path, name: name, reason: "no units or no inputs")
    }
    return SparseLinear(
      SparsePattern(
        rowCount: settings.unitCount, columnCount: settings.inputCount, rowStarts: rowStarts ?? [],
        columns: columns ?? []), storage: settings.storage)
  }

  private mutating func array(
    _ name: String, _ type: SafetensorsType, shape: Shape? = nil
  ) throws(ModelError) -> SafetensorsArray {
    arraysTaken.insert(name)
    let array: SafetensorsArray
    do {
      array = try file.array(name, shape: shape)
    } catch {
      throw .container(error)
    }
    guard array.type == type else {
      throw .container(
        .unsuitable(
          path: file.path, name: name, found: array.type.rawValue, expected: type.rawValue))
    }
    return array
  }
}
