import Datasets
import Tensors
import TestSupport
import Testing

@Test("Subsets, prefixes and batches keep inputs and labels together")
func subsets() throws {
  let data = try numberedDataset()
  let chosen = data.subset([7, 2, 7])
  #expect(chosen.inputs.scalars == [7, 2, 7])
  #expect(chosen.labels == [1, 2, 1])
  #expect(data.prefix(4).inputs.scalars == [0, 1, 2, 3])
  #expect(data.prefix(99).count == 10)
  #expect(data.prefix(-1).count == 0)
  #expect(data.batches(of: 4).map(\.count) == [4, 4, 2])
  #expect(data.batches(of: 4).flatMap(\.inputs.scalars) == data.inputs.scalars)
  #expect(data.batches(of: 4).flatMap { $0.labels ?? [] } == data.labels)
}

@Test("Shuffling keeps every example with its label")
func shuffling() throws {
  var generator = Generator(seed: 2)
  let shuffled = try numberedDataset().shuffled(using: &generator)
  #expect(shuffled.inputs.scalars != (0..<10).map(Float.init))
  #expect(shuffled.inputs.scalars.sorted() == (0..<10).map(Float.init))
  #expect(shuffled.labels == shuffled.inputs.integers.map { $0 % 3 })
}

@Test("Other inputs take over the labels")
func replacedInputs() throws {
  let data = try numberedDataset()
  let negated = data.replacingInputs(with: -data.inputs)
  #expect(negated.labels == data.labels)
  #expect(negated.inputs.scalars[9] == -9)
}
