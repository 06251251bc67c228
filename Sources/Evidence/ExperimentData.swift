import Datasets
import Foundation
import Synchronization

/// Where experiments find datasets.
public protocol ExperimentData: Sendable {
  /// Returns one part of a public dataset.
  ///
  /// - Throws: `EvidenceError.missingData`, or `DataError` if it is there and damaged.
  func load(_ set: String, part: DataPart) throws -> Dataset

  /// Returns a digest of what `load` returns, or nil if there is none to be had.
  func digest(of set: String, part: DataPart) throws -> String?
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

  public func digest(of set: String, part: DataPart) throws -> String? {
    try FileDigest.sha256(ofFile: file(set, part))
  }

  private func file(_ set: String, _ part: DataPart) -> String {
    "\(path)/\(set)-\(part.rawValue).npz"
  }

  public func load(_ set: String, part: DataPart) throws -> Dataset {
    let file = file(set, part)
    guard FileManager.default.fileExists(atPath: file) else {
      throw EvidenceError.missingData(name: set, remedy: "./assay data fetch \(set)")
    }
    return try DatasetLoader().load(path: file)
  }
}

/// No datasets at all, for experiments that need none.
public struct NoData: ExperimentData {
  public init() {}

  public func digest(of set: String, part: DataPart) -> String? { nil }

  public func load(_ set: String, part: DataPart) throws -> Dataset {
    throw EvidenceError.missingData(name: set, remedy: "./assay data fetch \(set)")
  }
}

/// Data that take note of what was loaded.
final class NotedData: ExperimentData {
  private let data: any ExperimentData
  private let noted = Mutex<[String: String]>([:])

  init(_ data: any ExperimentData) {
    self.data = data
  }

  /// The digests of what was loaded, by name and part.
  var digests: [String: String] { noted.withLock { $0 } }

  func load(_ set: String, part: DataPart) throws -> Dataset {
    let dataset = try data.load(set, part: part)
    let digest = try digest(of: set, part: part)
    noted.withLock { $0["\(set) \(part.rawValue)"] = digest }
    return dataset
  }

  func digest(of set: String, part: DataPart) throws -> String? {
    try data.digest(of: set, part: part)
  }
}
