import ArgumentParser

/// A number for each channel of an image, such as `0.485,0.456,0.406`; one stands for all.
struct ChannelValues: ExpressibleByArgument {
  private let values: [Float]

  /// The numbers as they are told in results.
  var text: String { values.map { "\($0)" }.joined(separator: ",") }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Float($0) }
    values = parts.compactMap { $0 }
    guard values.count == parts.count, values.allSatisfy(\.isFinite) else { return nil }
  }

  /// The numbers of so many channels.
  ///
  /// - Throws: ``ToolError`` for another number of channels.
  func values(of channels: Int, option: String) throws(ToolError) -> [Float] {
    if values.count == 1 { return [Float](repeating: values[0], count: channels) }
    guard values.count == channels else {
      throw .usage("\(option) has \(values.count) numbers for images of \(channels) channel(s)")
    }
    return values
  }
}
