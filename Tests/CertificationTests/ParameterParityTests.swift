import Certification
import Datasets
import Foundation
import Models
import Networks
import Tensors
import TestSupport
import Testing

@Test(
  "Bounds over moved parameters equal auto_LiRPA's", arguments: ["mlp", "smooth"],
  ["fixed", "box"])
func parameterBoundsMatch(name: String, inputs: String) throws {
  try expectParity(with: "parameter_bounds.npz", name, inputs)
}

/// The peer refuses kernels that move and is given patches times matrices.
@Test(
  "Bounds over moved kernels equal auto_LiRPA's of patches", arguments: ["strided", "grouped"],
  ["fixed", "box"])
func kernelBoundsMatch(name: String, inputs: String) throws {
  try expectParity(with: "parameter_convolutions.npz", name, inputs)
}

private func expectParity(with path: String, _ name: String, _ inputs: String) throws {
  let file = try NPZ(reading: goldenPath(path))
  let network = try Network(onnxBytes: Data(try file.array("\(name).model").bytes()), path: name)
  let radius = Float(try file.array("\(name).radius").item())
  let set = inputs == "box" ? try LinfBall(radius: radius, domain: -9...9) : nil
  let ball = try ParameterBall(radius: Float(try file.array("\(name).move").item()))
  for (key, method) in [
    ("interval", BoundMethod.interval), ("crownibp", .crownInterval), ("crown", .crown),
  ] {
    let bounds = try network.bounds(
      overParameters: ball, inputs: set, around: file.array("\(name).center"), method: method)
    let below = try file.array("\(name).\(inputs).\(key).below").cast(to: .float64)
    let above = try file.array("\(name).\(inputs).\(key).above").cast(to: .float64)
    let gain = ((bounds.upper - bounds.lower) / (above - below)).mean().item()
    // The peer takes the hull of each product; intervals that hold 0 are multiplied more coarsely.
    #expect(gain > 0.999 && gain < (method == .interval ? 1.015 : 1.0005), "\(key)")
    let slack = (above - below) * (method == .interval ? 0.01 : 2e-3) + 1e-6
    #expect((bounds.lower .>= below - slack).all().booleans[0], "\(key)")
    #expect((bounds.upper .<= above + slack).all().booleans[0], "\(key)")
  }
}
