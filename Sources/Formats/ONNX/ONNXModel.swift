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
  /// Where the channels of an image stand in the input of the file: of files of PyTorch first, and of
  /// networks that were trained on images.
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
  /// One that reads the planes of images from the columns of a table becomes one for images, their
  /// channels first; its columns lose their names.
  ///
  /// - Parameter trained: The network and what belongs to it.
  public init(_ trained: TrainedNetwork) {
    let network = trained.network.readingImages()
    guard network.inputShape.rank == 3, let image = trained.network.planes else {
      self.init(
        trained.network, scaler: trained.scaler, columnNames: trained.columnNames,
        meaning: trained.meaning)
      return
    }
    self.init(
      network, scaler: trained.scaler.interleaved(planeCount: image.channels),
      meaning: trained.meaning)
    imageLayout = .channelsFirst
  }
}

extension Scaler {
  /// The scaling of planes, one behind the other, in the order of pixels with all their channels.
  fileprivate func interleaved(planeCount: Int) -> Scaler {
    let size = offsets.count / planeCount
    func order<Element>(_ planes: [Element]) -> [Element] {
      planes.indices.map { planes[$0 % planeCount * size + $0 / planeCount] }
    }
    return Scaler(logarithms: order(logarithms), offsets: order(offsets), scales: order(scales))
  }
}
