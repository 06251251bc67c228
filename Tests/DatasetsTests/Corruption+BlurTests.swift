import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

private let blurs = Corruption.allCases.filter { $0.family == .blur }

@Test("A blur keeps a constant image, at any size", arguments: blurs, [8, 28, 100])
func blursKeepConstants(_ corruption: Corruption, _ side: Int) {
  var generator = Generator(seed: 1)
  let image = Tensor.full(0.4, [2, 3, side, side])
  for severity in 1...5 {
    expectClose(
      corruption.applied(to: image, severity: severity, using: &generator), image, absolute: 1e-5)
  }
}

/// One bright pixel in the middle of a dark image.
private func point(_ side: Int) -> Tensor {
  let row = Tensor([side / 2]).oneHot(classes: side).cast(to: .float32).flattened()
  return row.outerProduct(row).reshaped(to: [1, 1, side, side])
}

@Test("A Gaussian blur spreads a point as a Gaussian of the published width")
func gaussianBlurOfAPoint() {
  var generator = Generator(seed: 1)
  let blurred = Corruption.gaussianBlur.applied(to: point(32), severity: 5, using: &generator)
  let center = blurred[0][0][16][16].item()
  #expect(abs(blurred[0][0][16][17].item() / center - exp(-0.5)) < 1e-5)
  #expect(abs(blurred[0][0][18][17].item() / center - exp(-2.5)) < 1e-5)
  #expect(abs(blurred.sum().item() - 1) < 1e-5)
}

@Test("A point out of focus becomes a disk with the softened rim of the published kernel")
func defocusOfAPoint() {
  var generator = Generator(seed: 1)
  let blurred = Corruption.defocusBlur.applied(to: point(32), severity: 1, using: &generator)
  // A disk of one pixel, softened by a bell with deviation 0.4 over three pixels.
  let side = exp(-0.5 / 0.16)
  let total = 1 + 2 * side
  #expect(abs(blurred[0][0][16][16].item() - 1 / (total * total)) < 1e-6)
  #expect(abs(blurred[0][0][16][15].item() - side / (total * total)) < 1e-6)
}

@Test("Motion smears a point along a line and loses none of it")
func motionOfAPoint() {
  var generator = Generator(seed: 1)
  let blurred = Corruption.motionBlur.applied(to: point(32), severity: 5, using: &generator)
  #expect(abs(blurred.sum().item() - 1) < 1e-4)
  // The first of 19 taps of a bell with deviation 2.5 stays where it is, whatever the angle.
  let total = (0..<19).map { exp(-Double($0 * $0) / 12.5) }.reduce(0, +)
  #expect(abs(blurred[0][0][16][16].item() - 1 / total) < 1e-5)
  let rows = (blurred[0][0].sum(axes: [1]) .> 1e-4).cast(to: .int64).sum().item()
  let columns = (blurred[0][0].sum(axes: [0]) .> 1e-4).cast(to: .int64).sum().item()
  // Angles stay within 45 degrees of the horizontal.
  #expect(columns >= rows && columns > 3)
}

@Test("Behind glass every value is still one of the image's neighborhood")
func glassStaysInRange() {
  var generator = Generator(seed: 1)
  let image = Tensor.uniform([1, 1, 16, 16], in: 0.2...0.7, using: &generator)
  let seen = Corruption.glassBlur.applied(to: image, severity: 5, using: &generator)
  #expect(seen.min().item() >= 0.2 - 1e-5 && seen.max().item() <= 0.7 + 1e-5)
}
