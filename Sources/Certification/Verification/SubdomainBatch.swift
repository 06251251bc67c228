import Tensors

/// A split of a subdomain in two at a ReLU, or another activation: the step that feeds it, the
/// place in that step, and the point at which its range is split.
struct ReLUSplit {
  let step: Int
  let place: Int
  let point: Float
}

/// One subdomain of a branch and bound, and where it is to be split.
struct Subdomain {
  /// It alone.
  let batch: SubdomainBatch
  let bound: Double
  let split: ReLUSplit
}

/// Subdomains side by side, their split constraints and the parameters of their bounds: tensors of
/// shape `[subdomains, 1] + step`.
struct SubdomainBatch {
  var constraints: SplitConstraints
  var parameters: RelaxationParameters
  /// Which objective each subdomain is about.
  var objectives: [Int]

  var count: Int { objectives.count }

  init(constraints: SplitConstraints, parameters: RelaxationParameters, objectives: [Int]) {
    (self.constraints, self.parameters, self.objectives) = (constraints, parameters, objectives)
  }

  init(_ subdomains: [Subdomain]) { self.init(joining: subdomains.map(\.batch)) }

  /// - Precondition: there is a batch, and all have constraints of the same steps.
  init(joining batches: [SubdomainBatch]) {
    func joined(_ values: (SubdomainBatch) -> [Int: Tensor]) -> [Int: Tensor] {
      values(batches[0]).keys.reduce(into: [:]) { result, key in
        result[key] = .concatenating(batches.map { values($0)[key]! })
      }
    }
    let lower = joined { $0.constraints.bounds.mapValues(\.lower) }
    let upper = joined { $0.constraints.bounds.mapValues(\.upper) }
    constraints = SplitConstraints(
      bounds: lower.reduce(into: [:]) {
        $0[$1.key] = Bounds(lower: $1.value, upper: upper[$1.key]!)
      })
    parameters = RelaxationParameters(
      values: batches[0].parameters.values.keys.reduce(into: [:]) { result, key in
        result[key] = .concatenating(batches.map { $0.parameters.values[key]! })
      })
    objectives = batches.flatMap(\.objectives)
  }

  /// Both sides of a split of each of some subdomains: first all upper sides, then all lower ones.
  func split(_ subdomains: [Int], at splits: [ReLUSplit]) -> SubdomainBatch {
    let count = splits.count
    var both = rows(subdomains + subdomains)
    for step in Set(splits.map(\.step)) {
      let rows = splits.indices.filter { splits[$0].step == step }
      let places = rows.map { splits[$0].place }
      let points = Tensor(rows.map { splits[$0].point })
      let old = both.constraints.bounds[step]!
      both.constraints.bounds[step] = Bounds(
        lower: old.lower.setting(rows: rows, places: places, to: points),
        upper: old.upper.setting(rows: rows.map { $0 + count }, places: places, to: points))
    }
    return both
  }

  func rows(_ indices: [Int]) -> SubdomainBatch {
    let index = Tensor(indices)
    return SubdomainBatch(
      constraints: SplitConstraints(
        bounds: constraints.bounds.mapValues { $0.map { $0.gathering(index) } }),
      parameters: parameters.map { $0.gathering(index) }, objectives: indices.map { objectives[$0] }
    )
  }
}

extension Tensor {
  /// This tensor, `[rows] + …`, with some places of some rows set.
  func setting(rows: [Int], places: [Int], to values: Tensor) -> Tensor {
    let shape = shape
    return reshaped(to: [-1]).scattering(values, at: flat(rows, places), axis: 0)
      .reshaped(to: shape)
  }

  /// The elements at some places of some rows.
  func elements(rows: [Int], places: [Int]) -> Tensor {
    reshaped(to: [-1]).gathering(flat(rows, places))
  }

  private func flat(_ rows: [Int], _ places: [Int]) -> Tensor {
    let width = count / size(0)
    return Tensor(zip(rows, places).map { $0 * width + $1 })
  }
}
