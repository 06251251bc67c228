import CImaging
import Foundation
import Tensors

/// Images as files of 8-bit gray or RGB.
public enum PNG {
  /// Encodes an image; values outside `0...1` are clamped.
  ///
  /// - Shape: `[1, height, width]` or `[3, height, width]`.
  /// - Units: 0 is black, 1 is white.
  public static func encode(_ image: Tensor) -> Data {
    Raster(image).encoded { assay_png_encode($0, $1, $2) }
  }

  /// Decodes a file's bytes; 16-bit samples are rounded to 8, alpha is laid over black.
  ///
  /// - Shape: `[1 or 3, height, width]`, of type `uint8`.
  /// - Throws: `DataError.badImage`.
  public static func decode(
    _ bytes: [UInt8], source: String, limits: DataLimits = DataLimits()
  ) throws(DataError) -> Tensor {
    try Raster.decode(Bytes(bytes, source: source), limits) { assay_png_decode($0, $1, $2, $3) }
  }
}

/// Images as files that lose a little.
public enum JPEG {
  /// Encodes an image; values outside `0...1` are clamped.
  ///
  /// - Shape: `[1, height, width]` or `[3, height, width]`.
  /// - Precondition: `quality` is from 1 to 100.
  public static func encode(_ image: Tensor, quality: Int) -> Data {
    precondition(1...100 ~= quality, "JPEG has no quality \(quality)")
    return Raster(image).encoded { assay_jpeg_encode($0, Int32(quality), $1, $2) }
  }

  /// Decodes a file's bytes.
  ///
  /// - Shape: `[1 or 3, height, width]`, of type `uint8`.
  /// - Throws: `DataError.badImage`, also for a file that is cut off.
  public static func decode(
    _ bytes: [UInt8], source: String, limits: DataLimits = DataLimits()
  ) throws(DataError) -> Tensor {
    try Raster.decode(Bytes(bytes, source: source), limits) { assay_jpeg_decode($0, $1, $2, $3) }
  }
}
