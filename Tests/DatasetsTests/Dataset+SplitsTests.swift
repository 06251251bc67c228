import Datasets
import Tensors
import Testing

@Test("A split deals every example once, in the sizes asked for", arguments: [false, true])
func splitsPartition(isStratified: Bool) throws {
  var generator = Generator(seed: 5)
  let data = try numberedDataset(count: 100)
  let parts = data.split(
    fractions: [0.5, 0.3, 0.2], isStratified: isStratified, using: &generator)
  #expect(parts.flatMap(\.inputs.integers).sorted() == Array(0..<100))
  #expect(zip(parts.map(\.count), [50, 30, 20]).allSatisfy { abs($0 - $1) <= 1 })
  for part in parts { #expect(part.labels == part.inputs.integers.map { $0 % 3 }) }
}

@Test("A split depends on its seed alone")
func splitsRepeat() throws {
  var (first, second, third) = (Generator(seed: 5), Generator(seed: 5), Generator(seed: 6))
  let data = try numberedDataset(count: 100)
  let test = data.split(testFraction: 0.2, using: &first).test.inputs.integers
  #expect(test == data.split(testFraction: 0.2, using: &second).test.inputs.integers)
  #expect(test != data.split(testFraction: 0.2, using: &third).test.inputs.integers)
  #expect(test.count == 20)
}

@Test("A stratified split keeps the classes' proportions")
func stratifiedSplits() throws {
  var generator = Generator(seed: 5)
  let labels = (0..<100).map { $0 < 80 ? 0 : 1 }
  let data = try Dataset(name: "d", inputs: Tensor.zeros([100, 1]), labels: labels)
  let (training, test) = data.split(testFraction: 0.25, isStratified: true, using: &generator)
  #expect(test.labels?.filter { $0 == 1 }.count == 5)
  #expect(training.labels?.filter { $0 == 1 }.count == 15)
  #expect(test.labels != test.labels?.sorted())
}
