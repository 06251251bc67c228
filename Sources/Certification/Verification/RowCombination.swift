import Models
import Networks
import Tensors

/// Combines the rows of each case into the one that excludes it best.
///
/// If some combination of rows with weights that are not negative is above 0 everywhere, the rows
/// are nowhere satisfied together. The best weights solve a small linear program, which is
/// approached by multiplicative updates and compared with the best single row.
///
/// - Source: for the updates, "Exponentiated Gradient versus Gradient Descent for Linear
///   Predictors" (1997), section 3.
struct RowCombination {
  let group: CaseGroup
  var steps = 20

  /// Weights of each case's rows; `[batch, K, J]`.
  struct Weights {
    let values: Tensor
  }

  /// - `objectives`: the group's rows as objectives in the input, `[batch, K · J] + features`.
  func weights(of objectives: LinearObjectives, over region: InputRegion) -> Weights {
    let batch = region.batch
    let (k, j) = (group.caseCount, group.rowCount)
    let least = region.minimum(of: objectives).reshaped(to: [batch, k, j])
    let missing = !group.isRow.expandedDimension(at: 0)
    let ranked = least.replacing(
      with: Tensor(scalar: -Double.infinity), where: missing .| least.isNaN)
    let single = ranked.argmax(axis: 2).oneHot(classes: j).cast(to: .float64)
    guard j > 1 else { return Weights(values: single) }
    let spread = region.spread.flattenedRows().expandedDimension(at: 1)
    let rows = objectives.coefficients.forEach(batch: batch).flattened(from: 2)
    let reach = (rows * spread).reshaped(to: [batch * k, j, -1])
    let middle =
      (objectives.constants.forEach(batch: batch)
      + rows.matmul(region.center.flattenedRows().expandedDimension(at: 2)).squeezed(axes: [2]))
      .reshaped(to: [batch * k, j])
    let isRow = group.isRow.cast(to: .float64).expandedDimension(at: 0)
      .broadcast(to: [batch, k, j]).reshaped(to: [batch * k, j])
    // A missing row has a constant that would swamp the others.
    let center = middle * isRow
    let scale =
      (center.magnitude().max(axes: [1], keepingAxes: true)
      + reach.magnitude().sum(axes: [2]).max(axes: [1], keepingAxes: true)).clamped(from: 1e-300)
    var weights = isRow / isRow.sum(axes: [1], keepingAxes: true).clamped(from: 1)
    var best = single.reshaped(to: [batch * k, j])
    var height = ranked.max(axes: [2]).reshaped(to: [batch * k])
    for step in 0..<steps {
      let objective = weights.expandedDimension(at: 1).matmul(reach).squeezed(axes: [1])
      let value = (weights * center).sum(axes: [1]) - objective.magnitude().sum(axes: [1])
      let isBetter = value .> height
      height = Tensor.choosing(value, where: isBetter, otherwise: height)
      best = Tensor.choosing(
        weights, where: isBetter.expandedDimension(at: 1), otherwise: best)
      let gradient =
        center - reach.matmul(objective.sign().expandedDimension(at: 2)).squeezed(axes: [2])
      let rate = 4 / Double(step + 1).squareRoot()
      let next = ((weights.clamped(from: 1e-12)).log() + gradient / scale * rate).exp() * isRow
      weights = next / next.sum(axes: [1], keepingAxes: true).clamped(from: 1e-300)
    }
    return Weights(values: best.reshaped(to: [batch, k, j]))
  }
}

extension RowCombination.Weights {
  /// The objectives with each case's rows combined; `[batch, K] + features`.
  ///
  /// - Soundness: what rounding may have added in combining is taken off the constants.
  func combined(
    _ objectives: LinearObjectives, group: CaseGroup, over region: InputRegion
  ) -> LinearObjectives {
    let (batch, k, j) = (values.size(0), values.size(1), values.size(2))
    let shape = Array(objectives.coefficients.shape.dropFirst(2))
    let rows = objectives.coefficients.forEach(batch: batch).reshaped(to: [batch * k, j, -1])
    let constants = objectives.constants.forEach(batch: batch).reshaped(to: [batch * k, j])
    let isRow = group.isRow.cast(to: .float64).expandedDimension(at: 0)
      .broadcast(to: [batch, k, j]).reshaped(to: [batch * k, j])
    let weights = values.reshaped(to: [batch * k, 1, j])
    // A case without rows is satisfied by everything: its objective stays below 0.
    let offset = isRow.sum(axes: [1]) - 1
    let sum =
      (weights.squeezed(axes: [1]) * constants * isRow).sum(axes: [1])
      + offset.clamped(through: 0)
    let reach = rows.magnitude().matmul(
      region.magnitude.flattenedRows().repeatingElements(k, axis: 0).expandedDimension(at: 2)
    ).squeezed(axes: [2])
    let size =
      (weights.squeezed(axes: [1]) * (constants.magnitude() + reach) * isRow).sum(axes: [1])
    return LinearObjectives(
      coefficients: weights.matmul(rows).reshaped(to: [batch, k] + shape),
      constants: (sum - size * Rounding.sum(j)).reshaped(to: [batch, k]))
  }

  /// The combined rows of all cases for some examples, as objectives in the output; `[places, K]`.
  ///
  /// - Soundness: as `combined(_:group:over:)`, by the bounds' sizes of the output.
  func outputRows(at places: Tensor, group: CaseGroup, bounds: LinearBounds) -> LinearObjectives {
    let weights = values.gathering(places)
    return group.objectives(
      coefficients: Tensor.einsum("bkj,kjo->bko", weights, group.outputs),
      inputs: Tensor.einsum("bkj,kji->bki", weights, group.inputs),
      constants: (weights * (group.constants * group.isRow.cast(to: .float64))).sum(axes: [2])
        + (group.isRow.cast(to: .float64).sum(axes: [1]) - 1).clamped(through: 0)
        - group.rounding(of: weights, by: bounds), bounds.plan)
  }
}

extension LinearObjectives {
  /// One row of each example.
  func choosing(_ rows: Tensor) -> LinearObjectives {
    func one(_ values: Tensor) -> Tensor {
      values.gatheringRows(rows).expandedDimension(at: 1)
    }
    return LinearObjectives(
      coefficients: one(coefficients), constants: one(constants), inputs: inputs.map(one))
  }
}

extension CaseGroup {
  /// All rows as objectives in the output; `[1, K · J] + output`.
  func outputObjectives(_ plan: RelaxationPlan) -> LinearObjectives {
    let count = caseCount * rowCount
    return objectives(
      coefficients: outputs.reshaped(to: [1, count, -1]),
      inputs: inputs.reshaped(to: [1, count, -1]),
      constants: constants.reshaped(to: [1, count]), plan)
  }

  /// Linear functions in the output, and in the input where rows are about it.
  fileprivate func objectives(
    coefficients: Tensor, inputs: Tensor, constants: Tensor, _ plan: RelaxationPlan
  ) -> LinearObjectives {
    func shaped(_ rows: Tensor, _ step: Int) -> Tensor {
      rows.cast(to: plan.dtype).reshaped(to: rows.shape.prefix(2) + plan.steps[step].shape.sizes)
    }
    return LinearObjectives(
      coefficients: shaped(coefficients, plan.output), constants: constants.cast(to: plan.dtype),
      inputs: hasInputRows ? shaped(inputs, plan.source) : nil)
  }
}

extension CaseGroup {
  /// Returns which of some cases bounds of the whole box do not exclude.
  func undecided(
    _ places: [Int], by bounds: LinearBounds, optimizing optimization: SlopeOptimization?
  ) throws -> [Int] {
    try places.filter { place in
      let objective = combinedObjective(of: place, by: bounds)
      let least =
        try optimization.map {
          try $0.lowerBounds(of: objective, at: bounds.plan.output, in: bounds)
        } ?? bounds.lowerBounds(of: objective)
      return !(least .> 0).all().booleans[0]
    }
  }

  /// The rows of one case as objectives in the output.
  func outputObjectives(of place: Int, _ plan: RelaxationPlan) -> LinearObjectives {
    let count = isRow[place].cast(to: .int64).sum().integers[0]
    func own(_ rows: Tensor) -> Tensor { rows[place][0..<max(1, count)].expandedDimension(at: 0) }
    return objectives(
      coefficients: own(outputs), inputs: own(inputs), constants: own(constants), plan)
  }

  /// The rows of one case, combined with these weights, as an objective in the output.
  ///
  /// - `weights`: of the rows that the case has, not negative.
  /// - Precondition: the bounds are of one example.
  func objective(of place: Int, weights: [Double], by bounds: LinearBounds) -> LinearObjectives {
    let padding = [Double](repeating: 0, count: rowCount - weights.count)
    let values = Tensor(weights + padding).reshaped(to: [1, 1, rowCount])
      .broadcast(to: [1, caseCount, rowCount])
    return RowCombination.Weights(values: values)
      .outputRows(at: Tensor([0]), group: self, bounds: bounds).choosing(Tensor([place]))
  }

  /// What rounding may add to rows where they are combined before they are bounded.
  ///
  /// - Shape: `weights` and the result `[batch, K, J]` and `[batch, K]`.
  fileprivate func rounding(of weights: Tensor, by bounds: LinearBounds) -> Tensor {
    guard rowCount > 1, let sizes = bounds.sizes else { return .zeros([], dtype: .float64) }
    let reach = sizes.values[bounds.plan.output].flattenedRows()
    var size =
      Tensor.einsum("kjo,bo->bkj", outputs.magnitude(), reach)
      + constants.magnitude() * isRow.cast(to: .float64)
    if hasInputRows {
      let features = bounds.region.magnitude.flattenedRows()
      size = size + Tensor.einsum("kji,bi->bkj", inputs.magnitude(), features)
    }
    return (weights * size).sum(axes: [2]) * Rounding.sum(rowCount)
  }

  /// The rows of one case, combined as bounds of the whole box suggest, as an objective in the
  /// output.
  ///
  /// - Precondition: the bounds are of one example.
  func combinedObjective(of place: Int, by bounds: LinearBounds) -> LinearObjectives {
    let input = bounds.inputObjectives(of: outputObjectives(bounds.plan), from: bounds.plan.output)
    return RowCombination(group: self).weights(of: input, over: bounds.region)
      .outputRows(at: Tensor([0]), group: self, bounds: bounds).choosing(Tensor([place]))
  }
}
