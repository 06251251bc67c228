import Certification
import Datasets
import Foundation
import Models
import Networks
import Tensors
import TestSupport
import Testing

private struct Golden {
  let file: NPZ
  let network: Network
  let center: Tensor
  let radius: Float
  let name: String

  init(_ name: String) throws {
    file = try NPZ(reading: goldenPath("linear_bounds.npz"))
    network = try Network(
      onnxBytes: Data(try file.array("\(name).model").bytes()), path: name)
    center = try file.array("\(name).center")
    radius = Float(try file.array("\(name).radius").item())
    self.name = name
  }

  func bounds(_ norm: String, _ method: BoundMethod) throws -> Box {
    let whole: ClosedRange<Float> = -1e6...1e6
    return norm == "l2"
      ? try network.bounds(
        over: L2Ball(radius: radius, domain: whole), around: center, method: method)
      : try network.bounds(
        over: LinfBall(radius: radius, domain: whole), around: center, method: method)
  }

  func expected(_ norm: String, _ key: String) throws -> Box {
    Box(
      lower: try file.array("\(name).\(norm).\(key).below").cast(to: .float64),
      upper: try file.array("\(name).\(norm).\(key).above").cast(to: .float64))
  }
}

/// Expects bounds no looser than the peer's by more than a share of their width.
///
/// The peer reads the tangents of curves from a table, which costs it a few ten-thousandths.
private func expectNoLooser(_ bounds: Box, than peer: Box, share: Double, _ comment: Comment) {
  let slack = (peer.upper - peer.lower) * share + 1e-6
  #expect((bounds.lower .>= (peer.lower - slack)).all().booleans[0], comment)
  #expect((bounds.upper .<= (peer.upper + slack)).all().booleans[0], comment)
}

@Test(
  "Backward bounds equal auto_LiRPA's", arguments: ["mlp", "smooth", "cnn", "residual"],
  ["linf", "l2"])
func backwardBoundsMatch(name: String, norm: String) throws {
  let golden = try Golden(name)
  for (key, method) in [("crown", BoundMethod.crown), ("crownibp", .crownInterval)]
  where norm == "linf" || method == .crown {
    // Intervals see the box around an L2 ball only: its hidden bounds are not the peer's.
    let (bounds, peer) = (try golden.bounds(norm, method), try golden.expected(norm, key))
    expectNoLooser(bounds, than: peer, share: name == "smooth" ? 3e-4 : 1e-4, "\(key)")
    // Hidden bounds that intervals improve on may make them tighter, but not by much.
    let gain = ((bounds.upper - bounds.lower) / (peer.upper - peer.lower)).mean().item()
    #expect(gain > 0.99 && gain < 1.0005)
  }
}

@Test("Forward bounds are no looser than auto_LiRPA's", arguments: ["mlp", "cnn"])
func forwardBoundsMatch(name: String) throws {
  let golden = try Golden(name)
  expectNoLooser(
    try golden.bounds("linf", .forward), than: try golden.expected("linf", "forward"), share: 1e-4,
    "forward")
}
