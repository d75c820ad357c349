import Espalier
import Studies

/// What the program says to its caller when it ends.
enum ExitStatus: Int32 {
  case done = 0
  case usage = 64
  case badData = 65
  case missingInput = 66
  case ownFault = 70
  case cannotWrite = 73
  case stoppedEarly = 75
  case interrupted = 130
}

/// Why a command ends without its result: one line and an exit code.
struct ToolError: Error {
  var status: ExitStatus
  var message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  static func usage(_ message: String) -> ToolError {
    ToolError(.usage, message)
  }

  /// Translates the errors of the libraries; nil for an error of none of them.
  init?(_ error: any Error) {
    switch error {
    case let error as ToolError:
      self = error
    case DatasetError.noTarget(let path):
      self = .usage("\(path): nothing says what to predict; give --target or --labels")
    case let error as DatasetError:
      self.init(Self.status(error), "\(error)")
    case let error as SelectionError:
      self.init(error.isUsage ? .usage : .badData, "\(error)")
    case let error as TrainingError:
      self.init(error.isUsage ? .usage : .badData, "\(error)")
    case let error as LayerPruningError:
      self.init(error.isUsage ? .usage : .badData, "\(error)")
    case let error as UnitRemovalError:
      self.init(.badData, "\(error)")
    case let error as UnitPruningError:
      self.init(error.isUsage ? .usage : .badData, "\(error)")
    case let error as ModelError:
      self.init(Self.status(error), "\(error)")
    case let error as SafetensorsError:
      self.init(Self.status(.container(error)), "\(error)")
    case let error as ONNXError:
      self.init(Self.status(.onnx(error)), "\(error)")
    case let error as EvaluationError:
      self.init(Self.status(error), "\(error)")
    case let error as PlanError:
      self.init(.usage, "\(error)")
    case let error as StudyError:
      self.init(Self.status(error), "\(error)")
    default:
      return nil
    }
  }

  private static func status(_ error: DatasetError) -> ExitStatus {
    switch error {
    case .impossibleRecipe: .usage
    case _ where error.isMissingInput: .missingInput
    case _ where error.isUnwritable: .cannotWrite
    default: .badData
    }
  }

  private static func status(_ error: ModelError) -> ExitStatus {
    switch error {
    case .container(.file(let error)), .onnx(.file(let error)): status(error)
    default: .badData
    }
  }

  private static func status(_ error: StudyError) -> ExitStatus {
    switch error {
    case .cannotWrite: .cannotWrite
    case .noStudy, .lost: .missingInput
    case .changedRuns, .inUse: .usage
    }
  }

  private static func status(_ error: EvaluationError) -> ExitStatus {
    switch error {
    case .needsClasses, .unsuitableMetric, .unavailable, .refused: .usage
    default: .badData
    }
  }
}
