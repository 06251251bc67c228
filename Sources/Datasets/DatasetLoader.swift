import Foundation
import Tensors

/// Reads data in any format that Assay knows, judging by content first and by name second.
public struct DatasetLoader: Sendable {
  /// The column of a table that holds the labels; see `Dataset.labelColumns`.
  public var labelColumn: String?
  /// What the images of a folder are resized to.
  public var imageHeight: Int?
  public var imageWidth: Int?
  public var limits: DataLimits
  /// Whether labels are read; what else lies beside the inputs of an NPZ then does not matter.
  public var readsLabels: Bool
  /// Whether inputs of integers stay what they are: for models that take tokens or bytes.
  public var keepsWholeNumbers: Bool

  public init(
    labelColumn: String? = nil, imageHeight: Int? = nil, imageWidth: Int? = nil,
    limits: DataLimits = DataLimits(), readsLabels: Bool = true, keepsWholeNumbers: Bool = false
  ) {
    self.labelColumn = labelColumn
    (self.imageHeight, self.imageWidth) = (imageHeight, imageWidth)
    (self.limits, self.readsLabels) = (limits, readsLabels)
    self.keepsWholeNumbers = keepsWholeNumbers
  }

  /// Reads an NPZ, an NPY (inputs only), an IDX file of images with its labels beside it, a CSV
  /// table, a folder of IDX files, or a folder of images by class.
  ///
  /// - Throws: `DataError`; `isMissingInput` tells a wrong path from wrong data.
  public func load(path: String) throws(DataError) -> Dataset {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .missingFile(path: path)
    }
    if isFolder.boolValue { return try loadFolder(path) }
    let bytes = try Bytes(reading: path, limits)
    let isNamed = { (suffix: String) in path.lowercased().hasSuffix(suffix) }
    if bytes.starts(with: Array("PK".utf8)) || isNamed(".npz") {
      return try Dataset(
        NPZ(bytes, limits), readsLabels: readsLabels, keepsWholeNumbers: keepsWholeNumbers)
    }
    if bytes.starts(with: NPY.magic) || isNamed(".npy") {
      return try Dataset(
        name: path, inputs: NPY.decode(bytes, limits), keepsWholeNumbers: keepsWholeNumbers)
    }
    if bytes.starts(with: [0x1f, 0x8b]) || bytes.starts(with: [0, 0, 8]) || isNamed("ubyte") {
      return try Dataset(idxPath: path, limits: limits)
    }
    if isNamed(".csv") {
      return try Dataset(csvPath: path, labelColumn: labelColumn, limits: limits)
    }
    throw .unknownFormat(path: path)
  }

  /// The archive at a path, if there is one: where arrays have names of their own.
  ///
  /// - Throws: `DataError`.
  public func archive(at path: String) throws(DataError) -> NPZ? {
    guard path.lowercased().hasSuffix(".npz") else { return nil }
    return try NPZ(Bytes(reading: path, limits), limits)
  }

  private func loadFolder(_ path: String) throws(DataError) -> Dataset {
    if Dataset.isIDXFolder(path) { return try Dataset(idxPath: path, limits: limits) }
    let size = imageHeight ?? imageWidth
    return try Dataset(
      imageFolder: path,
      size: size.map { (height: imageHeight ?? $0, width: imageWidth ?? $0) }, limits: limits)
  }
}
