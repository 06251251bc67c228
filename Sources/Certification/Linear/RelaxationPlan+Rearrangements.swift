import Tensors

/// Steps that rearrange elements of others, or scale them.
extension RelaxationPlan {
  /// Whether each element of a step is one of the input's, or 0, so that its box is all there is to
  /// know.
  func onlyRearrangesInput(_ step: Int) -> Bool {
    switch steps[step].rule {
    case .source: true
    case .affine(let map, offset: nil):
      map.onlyRearranges && onlyRearrangesInput(steps[step].operands[0])
    default: false
    }
  }

  /// The smallest earlier step, if it is smaller than a step, of whose elements and zeros the step
  /// is made: its bounds are those of the step.
  func holder(of step: Int) -> Int? {
    var (place, result) = (step, step)
    while case .affine(let map, offset: nil) = steps[place].rule, map.onlyRearranges {
      place = steps[place].operands[0]
      if steps[place].shape.count < steps[result].shape.count { result = place }
    }
    return result == step ? nil : result
  }

  /// Values of a holder's elements at those of the step that it holds.
  ///
  /// Nothing is rounded: all terms of a sum but one are 0.
  func rearranged(_ values: Tensor, from holder: Int, to step: Int) -> Tensor {
    guard step != holder, case .affine(let map, offset: nil) = steps[step].rule else {
      return values
    }
    return map(rearranged(values, from: holder, to: steps[step].operands[0]))
  }

  /// Whether each element of a step is a sum of the input's elements, each times a number: in a box
  /// they vary by themselves, so that the sum reaches both bounds of its interval.
  func isOneMapOfInput(_ step: Int) -> Bool {
    guard case .affine(let map, _) = steps[step].rule else { return false }
    let operand = steps[step].operands[0]
    return scalesInput(operand) || map.keepsFeaturesApart && isOneMapOfInput(operand)
  }

  /// Whether each element of a step is one of the input's, scaled and shifted, and no other one is.
  private func scalesInput(_ step: Int) -> Bool {
    switch steps[step].rule {
    case .source: true
    case .affine(let map, _): map.keepsFeaturesApart && scalesInput(steps[step].operands[0])
    default: false
    }
  }
}

extension AffineMap {
  /// Whether each element of the result is one of the input's, or 0.
  fileprivate var onlyRearranges: Bool {
    switch kind {
    case .reshape, .transpose, .general(.slice, _, _, _), .general(.broadcast, _, _, _): true
    case .convolution(let weight): weight.isSelection
    case .dense, .scale, .general, .adjoint: false
    }
  }

  /// Whether each element of the result depends on one of the operand's, and on no other does.
  fileprivate var keepsFeaturesApart: Bool {
    switch kind {
    case .reshape, .transpose, .scale: true
    case .dense, .convolution, .general, .adjoint: false
    }
  }
}
