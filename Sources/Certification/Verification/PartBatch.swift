import Tensors

/// Where a part is cut in two: the step that feeds an activation, the place in it, and the number at
/// which its value is cut.
struct NeuronSplit {
  let step: Int
  let place: Int
  let point: Float
}

/// One part of a branch and bound, and where it is to be cut.
struct Part {
  /// It alone.
  let batch: PartBatch
  let bound: Double
  let split: NeuronSplit
}

/// Parts side by side, what is known of the neurons in them and what their bounds were found with:
/// tensors of shape `[parts, 1] + step`.
struct PartBatch {
  var ranges: NeuronRanges
  var slack: Slack
  /// Which form each part is about.
  var forms: [Int]

  var count: Int { forms.count }

  init(ranges: NeuronRanges, slack: Slack, forms: [Int]) {
    (self.ranges, self.slack, self.forms) = (ranges, slack, forms)
  }

  init(_ parts: [Part]) { self.init(joining: parts.map(\.batch)) }

  /// - Precondition: there is a batch, and all know of the same steps.
  init(joining batches: [PartBatch]) {
    func joined(_ values: (PartBatch) -> [Int: Tensor]) -> [Int: Tensor] {
      values(batches[0]).keys.reduce(into: [:]) { result, key in
        result[key] = .concatenating(batches.map { values($0)[key]! })
      }
    }
    let lower = joined { $0.ranges.ends.mapValues(\.lower) }
    let upper = joined { $0.ranges.ends.mapValues(\.upper) }
    ranges = NeuronRanges(
      ends: lower.reduce(into: [:]) { $0[$1.key] = Ends(lower: $1.value, upper: upper[$1.key]!) })
    slack = Slack(
      values: batches[0].slack.values.keys.reduce(into: [:]) { result, key in
        result[key] = .concatenating(batches.map { $0.slack.values[key]! })
      })
    forms = batches.flatMap(\.forms)
  }

  /// Both sides of a split of each of some parts: first all upper sides, then all lower ones.
  func split(_ parts: [Int], at splits: [NeuronSplit]) -> PartBatch {
    let count = splits.count
    var both = rows(parts + parts)
    for step in Set(splits.map(\.step)) {
      let rows = splits.indices.filter { splits[$0].step == step }
      let places = rows.map { splits[$0].place }
      let points = Tensor(rows.map { splits[$0].point })
      let old = both.ranges.ends[step]!
      both.ranges.ends[step] = Ends(
        lower: old.lower.setting(rows: rows, places: places, to: points),
        upper: old.upper.setting(rows: rows.map { $0 + count }, places: places, to: points))
    }
    return both
  }

  func rows(_ indices: [Int]) -> PartBatch {
    let index = Tensor(indices)
    return PartBatch(
      ranges: NeuronRanges(
        ends: ranges.ends.mapValues { $0.map { $0.gathering(index) } }),
      slack: slack.map { $0.gathering(index) }, forms: indices.map { forms[$0] })
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
