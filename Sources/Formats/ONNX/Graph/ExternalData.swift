import Datasets
import Foundation

/// The bytes of tensors that lie in other files, which must be in the folder of the ONNX file.
///
/// A file that says where to read could name any file of the machine. So a path is refused that is
/// absolute, climbs with `..`, or leads out of the folder by a symbolic link.
final class ExternalData {
  private let folder: String?
  private var opened: [String: StoreMemory] = [:]

  /// Creates the reader of a file's neighbours.
  ///
  /// - Parameter path: The path of the ONNX file; nil where it lies in memory.
  init(besides path: String?) {
    folder = path.map {
      let parent = ($0 as NSString).deletingLastPathComponent
      return parent.isEmpty ? "." : parent
    }
  }

  /// The bytes of a tensor.
  ///
  /// - Parameters:
  ///   - proto: The tensor.
  ///   - byteCount: How many bytes it needs.
  /// - Returns: The bytes.
  /// - Throws: ``Refusal`` if they are not to be read, or not there.
  func bytes(of proto: ONNXTensorProto, _ byteCount: Int) throws(Refusal) -> Data {
    var fields: [String: String] = [:]
    for entry in proto.externalData { fields[entry.key] = entry.value }
    guard let location = fields["location"], !location.isEmpty else {
      throw Refusal("it does not say which")
    }
    let memory = try open(location)
    let offset = try Self.number(fields["offset"]) ?? 0
    let length = try Self.number(fields["length"]) ?? byteCount
    guard length == byteCount else {
      throw Refusal("\(length) bytes of '\(location)' are given where \(byteCount) are needed")
    }
    guard offset <= memory.bytes.count, length <= memory.bytes.count - offset else {
      throw Refusal("'\(location)' ends before byte \(offset) + \(length)")
    }
    return Data(memory.bytes[offset..<offset + length])
  }

  private static func number(_ text: String?) throws(Refusal) -> Int? {
    guard let text else { return nil }
    guard let number = Int(text), number >= 0 else {
      throw Refusal("'\(text)' is no place in a file")
    }
    return number
  }

  /// Maps a file of the folder.
  private func open(_ location: String) throws(Refusal) -> StoreMemory {
    if let memory = opened[location] { return memory }
    guard let folder else { throw Refusal("a model that lies in memory has no folder") }
    guard !location.hasPrefix("/"), !location.split(separator: "/").contains(".."),
      !location.utf8.contains(0)
    else {
      throw Refusal("'\(location)' is outside of the folder of the model; put it beside the model")
    }
    guard let home = realpath(folder, nil).map(Self.takenText) else {
      throw Refusal("the folder of the model cannot be found")
    }
    guard let path = realpath(folder + "/" + location, nil).map(Self.takenText) else {
      throw Refusal("'\(location)' is missing; put it beside the model")
    }
    guard path.hasPrefix(home == "/" ? home : home + "/") else {
      throw Refusal("'\(location)' is a link out of the folder of the model; copy the file there")
    }
    do {
      let memory = try ColumnStore.mapped(path: path)
      opened[location] = memory
      return memory
    } catch {
      throw Refusal("\(error)")
    }
  }

  /// The text that the system allocated, which is freed.
  private static func takenText(_ pointer: UnsafeMutablePointer<CChar>) -> String {
    defer { free(pointer) }
    return String(cString: pointer)
  }
}
