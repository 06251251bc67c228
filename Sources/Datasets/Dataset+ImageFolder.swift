import CImaging
import Foundation
import Tensors

extension Dataset {
  /// Reads a folder that has a folder of PNG or JPEG files for each class.
  ///
  /// Classes and files are taken in the order of their names. If all images are gray there is one
  /// channel, else three.
  ///
  /// - Shape: `inputs` is `[images, 1 or 3, height, width]`.
  /// - Units: samples are scaled to `0...1`.
  /// - `size`: what images are resized to; without it they must have one size.
  /// - Throws: `DataError`; `noExamples` if there is no image, `unequalSizes` names the first that
  ///   differs.
  public init(
    imageFolder path: String, size: (height: Int, width: Int)? = nil,
    limits: DataLimits = DataLimits()
  ) throws(DataError) {
    let classes = try Self.entries(of: path, isFolder: true)
    var images: [Tensor] = []
    var labels: [Int] = []
    var total = 0
    for (label, name) in classes.enumerated() {
      for file in try Self.entries(of: path + "/" + name, isFolder: false) {
        var image = try Self.image(at: "\(path)/\(name)/\(file)", limits)
        if let size { image = Self.resized(image, to: size) }
        if let first = images.first, image.shape.dropFirst() != first.shape.dropFirst() {
          throw .unequalSizes(
            path: "\(path)/\(name)/\(file)", size: Array(image.shape.dropFirst()),
            expected: Array(first.shape.dropFirst()))
        }
        total += image.count
        guard total <= limits.bytes / 4, images.count < limits.entries else {
          throw .tooLarge(path: path, what: "pixels", size: total, limit: limits.bytes / 4)
        }
        images.append(image)
        labels.append(label)
      }
    }
    guard !images.isEmpty else { throw .noExamples(path: path) }
    let channels = images.lazy.map { $0.size(0) }.max() ?? 1
    let uniform = images.map { $0.broadcast(to: [channels] + $0.shape.dropFirst()) }
    try self.init(
      name: path, inputs: Tensor.stacking(uniform), labels: labels, classNames: classes)
  }

  private static func image(at path: String, _ limits: DataLimits) throws(DataError) -> Tensor {
    let bytes = try Bytes(reading: path, limits)
    let isPNG = bytes.starts(with: [0x89, 0x50, 0x4e, 0x47])
    guard isPNG || bytes.starts(with: [0xff, 0xd8]) else {
      throw .badImage(path: path, reason: "it is neither PNG nor JPEG")
    }
    return isPNG
      ? try Raster.decode(bytes, limits) { assay_png_decode($0, $1, $2, $3) }
      : try Raster.decode(bytes, limits) { assay_jpeg_decode($0, $1, $2, $3) }
  }

  private static func resized(_ image: Tensor, to size: (height: Int, width: Int)) -> Tensor {
    let smooth = Resampling.linear.resize(image.cast(to: .float32), to: size)
    return smooth.clamped(to: 0...255).rounded().cast(to: .uint8)
  }

  /// The folders, or the images, in a folder, without hidden ones.
  private static func entries(of path: String, isFolder: Bool) throws(DataError) -> [String] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw FileManager.default.fileExists(atPath: path)
        ? .unreadable(path: path, reason: "it is not a folder that may be listed")
        : .missingFile(path: path)
    }
    return names.filter { name in
      var isDirectory: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isDirectory)
      let suffix = name.split(separator: ".").last?.lowercased() ?? ""
      return !name.hasPrefix(".") && isDirectory.boolValue == isFolder
        && (isFolder || ["png", "jpg", "jpeg"].contains(suffix))
    }.sorted()
  }
}
