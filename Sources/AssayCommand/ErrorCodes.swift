import Arguments
import Audit
import Datasets
import Evidence
import Hardening
import Models
import Networks
import Tensors
import Training

// Which exit code each error from outside means; what is not here is an internal error.

extension NetworkError: ExitCoding {
  public var exitCode: ExitCode {
    switch self {
    case .missingFile: .noInput
    case .cannotWrite: .cantCreate
    default: .dataError
    }
  }
}

extension DataError: ExitCoding {
  public var exitCode: ExitCode {
    if isMissingInput { return .noInput }
    if case .cannotWrite = self { return .cantCreate }
    return .dataError
  }
}

extension AuditError: ExitCoding {
  public var exitCode: ExitCode {
    if case .unknownCheck = self { return .usage }
    return .dataError
  }
}

extension CheckSkipped: ExitCoding {
  public var exitCode: ExitCode { .dataError }
}

extension HardeningError: ExitCoding {
  public var exitCode: ExitCode { .usage }
}

extension GroupError: ExitCoding {
  public var exitCode: ExitCode { .dataError }
}

extension PerturbationError: ExitCoding {
  public var exitCode: ExitCode { .usage }
}

extension TrainingError: ExitCoding {
  public var exitCode: ExitCode { .dataError }
}

extension EvidenceError: ExitCoding {
  public var exitCode: ExitCode {
    switch self {
    case .missingData, .missingRecord: .noInput
    case .wrongMeasurements: .internal
    case .foreignCheckpoint, .damaged: .dataError
    case .noSeeds: .usage
    }
  }
}

/// A file that a command needs and does not find.
struct MissingFile: ExitCoding, CustomStringConvertible {
  let path: String
  let hint: String
  var description: String { "\(path): no such file. \(hint)" }
  var exitCode: ExitCode { .noInput }
}

/// A helper program that did not do its work.
struct ProgramFailed: ExitCoding, CustomStringConvertible {
  let description: String
  var exitCode: ExitCode { .internal }
}
