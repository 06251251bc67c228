import Datasets
import Tensors
import TestSupport
import Testing

private func weathered(_ corruption: Corruption, _ images: Tensor, _ severity: Int) -> Tensor {
  var generator = Generator(seed: 6)
  return corruption.applied(to: images, severity: severity, using: &generator)
}

@Test("Brightness adds to the HSV value and keeps the proportions of the colors")
func brightness() {
  let image = Tensor([0.4 as Float, 0.2, 0.1], shape: [1, 3, 1, 1]).broadcast(to: [1, 3, 8, 8])
  let expected = Tensor([0.7 as Float, 0.35, 0.175], shape: [1, 3, 1, 1])
    .broadcast(to: [1, 3, 8, 8])
  expectClose(weathered(.brightness, image, 5), expected, absolute: 1e-6)
  let gray = Tensor.full(0.9, [1, 1, 8, 8])
  expectClose(weathered(.brightness, gray, 5), Tensor.ones([1, 1, 8, 8]), absolute: 1e-6)
  expectClose(
    weathered(.brightness, Tensor.zeros([1, 3, 8, 8]), 1), Tensor.full(0.05, [1, 3, 8, 8]),
    absolute: 1e-6)
}

@Test("Fog on a white image spans from its density to white")
func fogOnWhite() {
  let image = weathered(.fog, Tensor.ones([4, 1, 32, 32]), 1)
  // (1 + 0.2 cloud) / 1.2, where each cloud spans 0...1.
  expectClose(image.min(axes: [1, 2, 3]), Tensor.full(1 / 1.2, [4]), absolute: 1e-5)
  expectClose(image.max(axes: [1, 2, 3]), Tensor.ones([4]), absolute: 1e-5)
}

@Test(
  "Snow only brightens, and frost brightens a dark image", arguments: [Corruption.snow, .frost])
func iceBrightens(_ corruption: Corruption) {
  let dark = Tensor.full(0.1, [4, 3, 32, 32])
  #expect(weathered(corruption, dark, 1).min().item() >= 0.1 - 1e-5)
  #expect(weathered(corruption, dark, 5).mean().item() > 0.11)
}

@Test("Mud pulls a white image toward brown, water tints it turquoise where it is dark")
func spatterColors() {
  let mud = weathered(.spatter, Tensor.ones([8, 3, 32, 32]), 5).mean(axes: [0, 2, 3]).scalars
  #expect(mud[0] > mud[1] && mud[1] > mud[2] && mud[0] < 1)
  let water = weathered(.spatter, Tensor.zeros([8, 3, 32, 32]), 3).mean(axes: [0, 2, 3]).scalars
  #expect(water[0] > 0 && abs(water[1] - water[2]) < 1e-6)
  #expect(abs(water[0] / water[1] - 175.0 / 238) < 1e-3)
}
