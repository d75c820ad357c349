import Datasets
import Networks
import Training

/// What an ONNX file holds: a network, and what its inputs and outputs mean.
///
///     var model = ONNXModel(network)
///     model.scaler = scaler
///     try model.write(to: "model.onnx")
///     let again = try ONNXModel(path: "model.onnx")
///
/// Files are written with the operators of version 17, the batch left open. Reading takes in the
/// feed-forward graphs that PyTorch, scikit-learn's `skl2onnx` and this package write.
public struct ONNXModel: Sendable, Equatable {
  /// The network.
  public var network: Network
  /// Which columns of a table the network reads, of how many; nil where it reads all in order.
  ///
  /// A file that is read has its choice of columns in the network, unless logarithms follow.
  public var columns: ColumnChoice?
  /// How the columns are scaled before the network sees them; nil for not at all.
  ///
  /// A file that is read has its scaling in the network, unless logarithms are part of it: no
  /// operation of a network computes them.
  public var scaler: Scaler?
  /// The names of the columns of a table, as many as the file's input has; nil where unknown.
  public var columnNames: [String]?
  /// What the outputs mean; nil where that is unknown.
  public var meaning: OutputMeaning?
  /// Where the channels of an image stand in the input of the file that was read: of files of
  /// PyTorch first.
  public var imageLayout = ONNXOptions.ImageLayout.channelsLast

  /// Some columns of a table.
  public struct ColumnChoice: Sendable, Hashable {
    /// The columns in the order in which they are read, each in `0..<tableWidth`.
    public var indices: [Int]
    /// The number of columns of the table.
    public var tableWidth: Int

    /// Creates a choice.
    ///
    /// - Parameters:
    ///   - indices: The columns in the order in which they are read.
    ///   - tableWidth: The number of columns of the table.
    public init(_ indices: [Int], of tableWidth: Int) {
      self.indices = indices
      self.tableWidth = tableWidth
    }
  }

  /// Creates a model.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - columns: Which columns of a table it reads; nil for all in order.
  ///   - scaler: How they are scaled before the network sees them; nil for not at all.
  ///   - columnNames: The names of the columns of the table.
  ///   - meaning: What the outputs mean.
  public init(
    _ network: Network, columns: ColumnChoice? = nil, scaler: Scaler? = nil,
    columnNames: [String]? = nil, meaning: OutputMeaning? = nil
  ) {
    self.network = network
    self.columns = columns
    self.scaler = scaler
    self.columnNames = columnNames
    self.meaning = meaning
  }

  /// Creates the model of a trained network, with its scaling.
  ///
  /// - Parameter trained: The network and what belongs to it.
  public init(_ trained: TrainedNetwork) {
    self.init(
      trained.network, scaler: trained.scaler, columnNames: trained.columnNames,
      meaning: trained.meaning)
  }
}
