import Models
import Tensors
import Testing

@testable import Certification

@Test("The box of a region contains the box that it was made of, to the last bit")
func regionsContainTheirBoxes() {
  var generator = Generator(seed: 4)
  for width in [0, 1e-16, 1e-9, 1e-3, 1.0] {
    let lower = Tensor.uniform([1, 500], in: -1...1, dtype: .float64, using: &generator)
    let share = Tensor.uniform([1, 500], dtype: .float64, using: &generator)
    let box = Box(lower: lower, upper: lower + share * width)
    let region = InputRegion(box).box
    #expect((region.lower .<= box.lower).all().booleans[0], "width \(width)")
    #expect((region.upper .>= box.upper).all().booleans[0], "width \(width)")
    if width == 0 { #expect((region.lower .== region.upper).all().booleans[0]) }
  }
}
