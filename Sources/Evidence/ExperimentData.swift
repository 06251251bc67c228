import Datasets
import Foundation

/// Where experiments find datasets.
public protocol ExperimentData: Sendable {
  /// Returns one part of a public dataset.
  ///
  /// - Throws: `EvidenceError.missingData`, or `DataError` if it is there and damaged.
  func load(_ set: String, part: DataPart) throws -> Dataset
}

/// Which part of a dataset is meant.
public enum DataPart: String, Sendable, Hashable {
  case train, test
}

/// Datasets as `assay data fetch` leaves them: `mnist-5k-train.npz` beside `mnist-5k-test.npz`.
public struct DataFolder: ExperimentData {
  private let path: String

  public init(path: String) {
    self.path = path
  }

  public func load(_ set: String, part: DataPart) throws -> Dataset {
    let file = "\(path)/\(set)-\(part.rawValue).npz"
    guard FileManager.default.fileExists(atPath: file) else {
      throw EvidenceError.missingData(name: set, remedy: "./assay data fetch \(set)")
    }
    return try DatasetLoader().load(path: file)
  }
}

/// No datasets at all, for experiments that need none.
public struct NoData: ExperimentData {
  public init() {}

  public func load(_ set: String, part: DataPart) throws -> Dataset {
    throw EvidenceError.missingData(name: set, remedy: "./assay data fetch \(set)")
  }
}
