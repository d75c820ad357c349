import Datasets

/// Why a safetensors file cannot be read or written.
///
/// Every description is one line: the file, the place in it, and what was expected there.
public enum SafetensorsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The system has something against the file.
  case file(DatasetError)
  /// A byte of the file is not what the format asks for.
  case malformed(path: String, offset: Int, expected: String)
  /// The file has no array of this name.
  case missing(path: String, name: String, known: [String])
  /// An array has another type or shape than it is read as.
  case unsuitable(path: String, name: String, found: String, expected: String)

  /// One line: the file, the place, and what was expected.
  public var description: String {
    switch self {
    case .file(let error):
      "\(error)"
    case .malformed(let path, let offset, let expected):
      "\(path): damaged file: byte \(offset): expected \(expected)"
    case .missing(let path, let name, let known):
      "\(path): no array '\(name)'" + nameHint(for: name, among: known)
    case .unsuitable(let path, let name, let found, let expected):
      "\(path): array '\(name)' is \(found), but must be \(expected)"
    }
  }
}
