import Datasets
import Tensors
import Testing

@Test("The share of labels that is asked for changes, each to any other class alike")
func flippedLabels() throws {
  let labels = (0..<6000).map { $0 % 4 }
  let data = try Dataset(name: "rows", inputs: .zeros([6000, 1]), labels: labels)
  var generator = Generator(seed: 1)
  let noisy = try data.flippingLabels(share: 0.4, using: &generator).requiredLabels()
  var moves = [0, 0, 0, 0]
  for (old, new) in zip(labels, noisy) { moves[(new - old + 4) % 4] += 1 }
  #expect(abs(moves[0] - 3600) < 150)
  #expect(moves[1...].allSatisfy { abs($0 - 800) < 120 })
  #expect(try data.flippingLabels(share: 0, using: &generator).labels == labels)
  let all = try data.flippingLabels(share: 1, using: &generator).requiredLabels()
  #expect(zip(all, labels).allSatisfy { $0 != $1 })
}
