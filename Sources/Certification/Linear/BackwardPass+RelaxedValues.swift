import Networks
import Tensors

extension BackwardPass {
  /// Returns the values that the steps take where the relaxations are tight for objectives that
  /// were propagated backward: a forward pass along the lines that the objectives met.
  ///
  /// They are the gradient of the bound with respect to the coefficients at each step, from which
  /// follows its gradient in α and β. No tape is kept.
  ///
  /// - `minimizer`: where in the region the objectives are smallest; `[batch, rows] + input`.
  /// - Returns: `[batch, rows] + step`; nil for steps that the objectives did not meet.
  func relaxedValues(at minimizer: Tensor, _ trace: Trace, before target: Int) -> [Tensor?] {
    var values = [Tensor?](repeating: nil, count: plan.steps.count)
    guard let last = trace.coefficients.keys.max() else { return values }
    for index in 0..<last {
      let step = plan.steps[index]
      let operands = step.operands.compactMap { values[$0] }
      guard operands.count == step.operands.count else { continue }
      switch step.rule {
      case .source: values[index] = minimizer
      case .constant(let value):
        values[index] = value.broadcast(to: minimizer.shape.prefix(2) + step.shape.sizes)
      case .affine(let map, let offset):
        let image = operands[0].throughRows { map($0) }
        values[index] = offset.map { image + $0 } ?? image
      case .sum(let signs):
        values[index] = signs[1] > 0 ? operands[0] + operands[1] : operands[0] - operands[1]
        if signs[0] < 0 { values[index] = values[index]! - operands[0] * 2 }
      case .concatenation(let axis, _):
        values[index] = .concatenating(operands, axis: axis + 2)
      case .interval:
        guard case .box(let box)? = relaxations[index],
          let coefficients = trace.coefficients[index]
        else { continue }
        values[index] = Tensor.choosing(
          box.lower.expandedDimension(at: 1), where: coefficients .> 0,
          otherwise: box.upper.expandedDimension(at: 1))
      case .activation, .product, .gate, .choice:
        guard case .planes(let planes)? = relaxations[index],
          let coefficients = trace.coefficients[index]
        else { continue }
        values[index] = planes.value(at: operands, under: coefficients)
      case .matmul:
        guard case .matmul(let planes)? = relaxations[index],
          let coefficients = trace.coefficients[index]
        else { continue }
        values[index] = planes.value(at: operands, under: coefficients)
      }
    }
    return values
  }
}

extension Relaxation {
  /// The lower plane where a coefficient is positive, else the upper one.
  fileprivate func value(at operands: [Tensor], under coefficients: Tensor) -> Tensor {
    let isLower = coefficients .> 0
    var result = Tensor.choosing(lowerIntercept, where: isLower, otherwise: upperIntercept)
    for (place, operand) in operands.enumerated() {
      let slope = Tensor.choosing(
        lowerSlopes[place], where: isLower, otherwise: upperSlopes[place])
      result = result.adding(productOf: slope, operand)
    }
    return result
  }
}

extension MatmulRelaxation {
  fileprivate func value(at operands: [Tensor], under coefficients: Tensor) -> Tensor {
    func rows(_ x: Tensor) -> Tensor { x.expandedDimension(at: 1) }
    let leftLow = rows(left.lower)
    let shared = leftLow.matmul(operands[1])
    func plane(_ end: Tensor) -> Tensor {
      operands[0].matmul(rows(end)) + shared - leftLow.matmul(rows(end))
    }
    return Tensor.choosing(
      plane(right.lower), where: coefficients .> 0, otherwise: plane(right.upper))
  }
}
