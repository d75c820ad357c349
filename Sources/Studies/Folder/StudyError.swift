import Foundation

/// Why a study cannot go on.
package enum StudyError: Error, Equatable, CustomStringConvertible {
  /// The system refuses to write a file or folder.
  case cannotWrite(path: String, reason: String)
  /// There is no study in a folder.
  case noStudy(path: String)
  /// Of a study, a file that tells what it is has gone or is not as it was written.
  case lost(path: String, file: String)
  /// A plan no longer describes runs that are done.
  case changedRuns(path: String, names: [String], reason: String)
  /// A plan was changed while others work by the former one.
  case inUse(path: String, name: String)

  /// A refusal with the system's own words.
  static func cannotWrite(_ path: String) -> StudyError {
    .cannotWrite(path: path, reason: String(cString: strerror(errno)))
  }

  package var description: String {
    switch self {
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written: \(reason)"
    case .noStudy(let path):
      "\(path): holds no study; name the folder that 'study run' was given"
    case .lost(let path, let file):
      "\(path): \(file) is missing or damaged; 'study run' with the plan writes it again"
    case .changedRuns(let path, let names, let reason):
      "\(path): \(Self.shown(names)) \(names.count == 1 ? "was" : "were") run by another plan"
        + " (\(reason)); name another folder, or give --set-aside to keep what is there in"
        + " \(path)/\(StudyFolder.formerName) and run anew"
    case .inUse(let path, let name):
      "\(path): the plan was changed, but '\(name)' is being run by the former one; wait for it"
    }
  }

  /// The first few of some names.
  package static func shown(_ names: [String]) -> String {
    let rest = names.count - 5
    return names.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
      + (rest > 0 ? " and \(rest) more" : "")
  }
}
