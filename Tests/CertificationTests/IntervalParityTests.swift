import Certification
import Datasets
import Foundation
import Models
import Networks
import TestSupport
import Testing

@Test("Interval bounds equal auto_LiRPA's", arguments: ["mlp", "cnn", "residual"])
func intervalBoundsMatch(name: String) throws {
  let golden = try NPZ(reading: goldenPath("interval_bounds.npz"))
  let model = Data(try golden.array("\(name).model").bytes())
  let network = try Network(onnxBytes: model, path: name)
  let box = Box(lower: try golden.array("\(name).lower"), upper: try golden.array("\(name).upper"))
  let bounds = try network.intervalBounds(over: box)
  expectClose(
    bounds.lower, try golden.array("\(name).below").cast(to: .float64), absolute: 1e-5,
    relative: 1e-5)
  expectClose(
    bounds.upper, try golden.array("\(name).above").cast(to: .float64), absolute: 1e-5,
    relative: 1e-5)
}
