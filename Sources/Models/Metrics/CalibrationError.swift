import Tensors

/// One bin of a reliability diagram.
public struct CalibrationBin: Sendable, Hashable {
  /// The mean confidence of the examples in the bin.
  public let confidence: Double
  /// Their accuracy.
  public let accuracy: Double
  public let count: Int
}

/// How confidences are put into bins.
public enum CalibrationBinning: Sendable, Hashable {
  /// Bins of equal width over `0...1`; a confidence on an edge falls into the lower bin.
  ///
  /// - Source: "On Calibration of Modern Neural Networks" (2017), section 2.
  case equalWidth(Int)
  /// Bins of equally many examples, in order of confidence.
  ///
  /// - Source: "Measuring Calibration in Deep Learning" (2019), section 3, on the top label.
  case equalCount(Int)
}

extension Predictions {
  /// Returns the bins of a reliability diagram, lowest confidence first; empty ones are left out.
  public func calibrationBins(_ binning: CalibrationBinning) -> [CalibrationBin] {
    binSums(binning).compactMap { sum in
      sum.count == 0
        ? nil
        : CalibrationBin(
          confidence: sum.confidence / sum.count, accuracy: sum.hits / sum.count,
          count: Int(sum.count))
    }
  }

  /// Returns the expected calibration error on the top label: the mean gap between confidence and
  /// accuracy.
  public func calibrationError(_ binning: CalibrationBinning = .equalWidth(15)) -> Double {
    binSums(binning).reduce(0) { $0 + abs($1.confidence - $1.hits) } / Double(max(1, count))
  }

  private func binSums(_ binning: CalibrationBinning) -> [(
    confidence: Double, hits: Double, count: Double
  )] {
    let places: Tensor
    let bins: Int
    switch binning {
    case .equalWidth(let number):
      bins = number
      places = ((confidences * number).ceiling() - 1).clamped(from: 0, through: Double(number - 1))
        .cast(to: .int64)
    case .equalCount(let number):
      bins = min(number, max(1, count))
      let order = confidences.sorted(axis: 0).indices
      let ranks = (Tensor.range(0..<count) * bins).floorDivided(by: Tensor(scalar: count))
      places = order.zerosLike().scattering(ranks, at: order, axis: 0)
    }
    let columns = Tensor.stacking([confidences, hits, hits.onesLike()], axis: 1)
    let sums = Tensor.zeros([bins, 3], dtype: .float64).addingRows(columns, at: places)
    let numbers = sums.elements(as: Double.self)
    return (0..<bins).map { (numbers[3 * $0], numbers[3 * $0 + 1], numbers[3 * $0 + 2]) }
  }
}
