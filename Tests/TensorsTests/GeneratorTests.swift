import Tensors
import Testing

@Test("The same seed draws the same numbers, and a copy goes its own way")
func generatorIsAValue() {
  var first = Generator(seed: 3)
  var second = first
  let drawn = Tensor.normal([4], using: &first)
  #expect(drawn.scalars == Tensor.normal([4], using: &second).scalars)
  #expect(first == second)
  #expect(Tensor.normal([4], using: &first).scalars != drawn.scalars)
}
