import Foundation
import Tensors

extension Dataset {
  /// Pairs a file of images with one of labels.
  ///
  /// - Shape: images `[examples, height, width]` become inputs `[examples, 1, height, width]`.
  /// - Units: image bytes are scaled to `0...1`.
  /// - Throws: `DataError`.
  public init(
    idxImages images: String, labels: String, limits: DataLimits = DataLimits()
  ) throws(DataError) {
    let pixels = try IDX.read(images, limits: limits)
    let classes = try IDX.read(labels, limits: limits)
    try self.init(
      name: images, inputs: pixels.rank == 3 ? pixels.expandedDimension(at: 1) : pixels,
      labels: Self.labels(classes, name: "labels", source: labels))
  }

  /// Finds images and labels in a folder, or the labels that belong to a file of images.
  ///
  /// In a folder, test files (`t10k-…`) come before training files.
  ///
  /// - Throws: `DataError.missingFile` if one of the two is not there.
  public init(idxPath path: String, limits: DataLimits = DataLimits()) throws(DataError) {
    let images = try Self.idxImages(at: path)
    let folder = URL(filePath: images).deletingLastPathComponent().path(percentEncoded: false)
    let name = URL(filePath: images).lastPathComponent
    let stem = name.replacing("images", with: "labels").replacing("idx3", with: "idx1")
    let plain = stem.hasSuffix(".gz") ? String(stem.dropLast(3)) : stem
    let candidates = [stem, plain, plain + ".gz"].filter { $0 != name }
    let labels = candidates.map { folder + $0 }
    guard let found = labels.first(where: FileManager.default.fileExists) else {
      throw .missingFile(path: labels.first ?? path)
    }
    try self.init(idxImages: images, labels: found, limits: limits)
  }

  /// Whether a folder holds image files in the IDX format.
  static func isIDXFolder(_ path: String) -> Bool { !idxFiles(in: path).isEmpty }

  private static func idxImages(at path: String) throws(DataError) -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .missingFile(path: path)
    }
    guard isFolder.boolValue else { return path }
    guard let first = idxFiles(in: path).first else {
      throw .missingFile(path: path + "/t10k-images-idx3-ubyte")
    }
    return path + "/" + first
  }

  private static func idxFiles(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.contains("images") && $0.contains("idx3") }.sorted()
  }
}
