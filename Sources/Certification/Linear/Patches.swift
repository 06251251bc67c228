import Networks
import Tensors

/// The patches of a receptive field: what one place of a feature map depends on, as a small network
/// of its own that is the same for every place; its examples are the places.
///
/// The coefficients of a convolution's outputs are zero nearly everywhere. In patches only what
/// need not be zero is computed, and affine maps are small matrices. Values of steps are flat,
/// `[channels · window]`.
///
/// - Soundness: zeros that convolutions pad with are exact, since relaxations of activations
///   outside of the map are replaced by zero, and other values outside are multiplied by zero.
struct Patches {
  /// Where a step of the patches stands in the whole network.
  struct Origin {
    let step: Int
    let window: ReceptiveField
    /// Whether the step only makes zero what lies outside of the map.
    var isMask = false
  }

  let plan: RelaxationPlan
  /// One for each step of the plan.
  let origins: [Origin]
  /// The sizes of the feature map's axes of space.
  let places: Shape

  /// - Returns: nil where a step before `target` has no windows, such as a dense map, and where
  ///   objectives of the whole network cost no more.
  init?(_ plan: RelaxationPlan, at target: Int) {
    guard let windows = Self.windows(plan, target), Self.pays(plan, windows) else { return nil }
    var builder = Builder(plan: plan)
    for (index, window) in windows.sorted(by: { $0.key < $1.key }) {
      builder.append(index, window, windows)
    }
    (origins, places) = (builder.origins, Array(plan.steps[target].shape.sizes.dropFirst()))
    let certified = RelaxationPlan(steps: builder.steps, of: plan)
    self.plan = plan.dtype == .float64 ? certified : certified.single
  }

  /// The windows of the steps that the target's value depends on, or nil.
  private static func windows(_ plan: RelaxationPlan, _ target: Int) -> [Int: ReceptiveField]? {
    let axes = plan.steps[target].shape.sizes.count - 1
    guard axes > 0 else { return nil }
    var windows = [target: ReceptiveField(axes: axes)]
    for index in (0...target).reversed() {
      guard let window = windows[index] else { continue }
      let step = plan.steps[index]
      guard step.shape.sizes.count == axes + 1, let before = step.window(before: window) else {
        return nil
      }
      for operand in step.operands {
        guard let union = windows[operand].map({ $0.union(before) }) ?? before else { return nil }
        windows[operand] = union
      }
    }
    return windows[plan.source] == nil ? nil : windows
  }

  /// Whether objectives in windows cost less than half of objectives in whole maps: products, and a
  /// handful of operations on each element.
  private static func pays(_ plan: RelaxationPlan, _ windows: [Int: ReceptiveField]) -> Bool {
    let elementCost = 20
    func size(_ index: Int) -> Int {
      plan.steps[index].shape.sizes[0] * windows[index]!.size.reduce(1, *)
    }
    var (own, whole) = (0, 0)
    for index in windows.keys {
      let step = plan.steps[index]
      own += size(index) * elementCost
      whole += step.shape.count * elementCost
      if case .affine(let map, _) = step.rule, case .convolution(let convolution) = map.kind {
        let weight = convolution.weight
        own += size(index) * size(step.operands[0])
        whole += step.shape.count * (weight.count / weight.size(0))
      }
    }
    return own * 2 < whole
  }

  private struct Builder {
    let plan: RelaxationPlan
    var steps: [RelaxationPlan.Step] = []
    var origins: [Origin] = []
    /// Where steps of the whole network stand in the patches.
    var places: [Int: Int] = [:]

    mutating func append(
      _ index: Int, _ window: ReceptiveField, _ windows: [Int: ReceptiveField]
    ) {
      let step = plan.steps[index]
      let operands = step.operands.map { operand in
        let isRead = windows[operand] == window || step.rule.isConvolution
        return isRead ? places[operand]! : crop(operand, windows[operand]!, to: window)
      }
      guard case .affine(let map, let offset) = step.rule else {
        places[index] = add(step.rule, operands, index, window)
        return
      }
      let flatOffset = offset.map { flat($0, step.shape, window) }
      switch map.kind {
      case .convolution(let convolution):
        let operand = step.operands[0]
        let isPadded = convolution.geometry.padding.contains { $0 > 0 }
        let isMasked = isPadded && !plan.steps[operand].rule.isZeroOutside
        let matrix = matrix(of: convolution, from: operand, windows[operand]!, for: window)
        places[index] = add(
          dense(matrix, flatOffset),
          [isMasked ? mask(operand, windows[operand]!) : operands[0]], index, window)
      case .scale(let factor):
        let shape = steps[operands[0]].shape
        let scaling = AffineMap(
          kind: .scale(flat(factor, step.shape, window)), input: shape, output: shape, terms: 1)
        places[index] = add(.affine(scaling, offset: flatOffset), operands, index, window)
      default:
        let same = AffineMap.unchanged(steps[operands[0]].shape)
        places[index] = add(.affine(same, offset: flatOffset), operands, index, window)
      }
    }

    private mutating func add(
      _ rule: LinearRule, _ operands: [Int], _ index: Int, _ window: ReceptiveField,
      isMask: Bool = false
    ) -> Int {
      let count = plan.steps[index].shape.sizes[0] * window.size.reduce(1, *)
      steps.append(
        .init(
          rule: rule, operands: operands, shape: ExampleShape(sizes: [count]),
          node: plan.steps[index].node))
      origins.append(Origin(step: index, window: window, isMask: isMask))
      return steps.count - 1
    }

    /// A step that makes zero what lies outside of the map.
    private mutating func mask(_ index: Int, _ window: ReceptiveField) -> Int {
      let one = Tensor(scalar: 1.0)
      return add(
        .gate(Bounds(lower: one, upper: one)), [places[index]!], index, window, isMask: true)
    }

    private mutating func crop(
      _ index: Int, _ whole: ReceptiveField, to window: ReceptiveField
    ) -> Int {
      let matrix = whole.cropped(units(of: index, whole), to: window).flattenedRows().transposed()
      return add(dense(matrix, nil), [places[index]!], index, window)
    }

    private func dense(_ matrix: Tensor, _ offset: Tensor?) -> LinearRule {
      .affine(
        AffineMap(
          kind: .dense(DenseWeight(matrix)), input: ExampleShape(sizes: [matrix.size(1)]),
          output: ExampleShape(sizes: [matrix.size(0)]), terms: max(matrix.size(0), matrix.size(1))),
        offset: offset)
    }

    /// The matrix of a convolution from one window to another: what it makes of each unit.
    private func matrix(
      of convolution: ConvolutionWeight, from operand: Int, _ input: ReceptiveField,
      for output: ReceptiveField
    ) -> Tensor {
      var inside = convolution.geometry
      inside.padding = inside.padding.map { _ in 0 }
      return input.cropped(units(of: operand, input), to: output.before(convolution))
        .convolved(weight: convolution.weight.cast(to: .float64), bias: nil, inside)
        .flattenedRows().transposed()
    }

    /// Values in a window, one for each of its elements, which is 1 where all others are 0.
    private func units(of index: Int, _ window: ReceptiveField) -> Tensor {
      let channels = plan.steps[index].shape.sizes[0]
      let count = channels * window.size.reduce(1, *)
      return .identity(count, dtype: .float64).reshaped(to: [count, channels] + window.size)
    }

    /// A constant that is one number for each channel, or one for all, in a window.
    private func flat(_ constant: Tensor, _ shape: ExampleShape, _ window: ReceptiveField)
      -> Tensor
    {
      constant.cast(to: .float64).broadcast(to: [shape.sizes[0]] + window.size).flattened()
    }
  }
}

extension RelaxationPlan.Step {
  /// The window of the operands that a window of this step depends on, or nil if there is none that
  /// is the same everywhere.
  fileprivate func window(before window: ReceptiveField) -> ReceptiveField? {
    switch rule {
    case .source, .activation, .sum: return window
    case .affine(let map, let offset):
      if let offset, !offset.isUniform(overAxesOf: shape) { return nil }
      switch map.kind {
      case .convolution(let convolution):
        // Where the batch's axis holds several images of an example, axes are not those of space.
        return convolution.geometry.stride.count == window.size.count
          ? window.before(convolution) : nil
      case .scale(let factor): return factor.isUniform(overAxesOf: shape) ? window : nil
      case .reshape: return map.input == map.output ? window : nil
      case .dense, .transpose, .general, .adjoint: return nil
      }
    case .constant, .concatenation, .product, .matmul, .gate, .choice, .interval: return nil
    }
  }
}

extension LinearRule {
  fileprivate var isConvolution: Bool {
    if case .affine(let map, _) = self, case .convolution = map.kind { true } else { false }
  }

  /// Whether the value can be made zero outside of the map without a step for that.
  fileprivate var isZeroOutside: Bool {
    switch self {
    case .source, .activation: true
    default: false
    }
  }
}

extension Tensor {
  /// Whether a constant of a step is one number for each channel.
  fileprivate func isUniform(overAxesOf shape: ExampleShape) -> Bool {
    self.shape.suffix(shape.sizes.count - 1).allSatisfy { $0 == 1 }
  }
}
