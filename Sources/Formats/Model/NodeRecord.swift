import Networks
import Tensors

/// A node of a network as a model file describes it.
struct NodeRecord: Codable {
  /// What it computes.
  enum Operation {
    case plain(any NetworkOperation)
    /// A sparse layer, whose connections lie beside its values.
    case sparse(SparseSettings)
  }

  /// What is said of a sparse layer.
  struct SparseSettings: Codable {
    var unitCount: Int
    var inputCount: Int
    var storage: SparseLinear.Storage
  }

  var name: String
  var operation: Operation
  /// The names of the nodes that feed it.
  var inputs: [String]

  private enum CodingKeys: String, CodingKey {
    case name, kind, inputs, settings
  }

  init(_ node: Network.Node, in network: Network) {
    name = node.name
    inputs = node.inputs.map { network.nodes[$0].name }
    if let layer = node.operation as? SparseLinear {
      operation = .sparse(
        SparseSettings(
          unitCount: layer.pattern.rowCount, inputCount: layer.pattern.columnCount,
          storage: layer.storage))
    } else {
      operation = .plain(node.operation)
    }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    inputs = try container.decode([String].self, forKey: .inputs)
    let kind = try container.decode(String.self, forKey: .kind)
    if kind == SparseLinear.kind {
      operation = .sparse(try container.decode(SparseSettings.self, forKey: .settings))
      return
    }
    guard let type = OperationRegistry.all.first(where: { $0.kind == kind }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: container,
        debugDescription: "node '\(name.shown)' is of the unknown kind '\(kind.shown)'")
    }
    operation = .plain(try Self.decode(type, container))
  }

  private static func decode(
    _ type: (some NetworkOperation).Type, _ container: KeyedDecodingContainer<CodingKeys>
  ) throws -> any NetworkOperation {
    try container.decode(type, forKey: .settings)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(inputs, forKey: .inputs)
    switch operation {
    case .sparse(let settings):
      try container.encode(SparseLinear.kind, forKey: .kind)
      try container.encode(settings, forKey: .settings)
    case .plain(let operation):
      try container.encode(type(of: operation).kind, forKey: .kind)
      try container.encode(operation, forKey: .settings)
    }
  }
}
