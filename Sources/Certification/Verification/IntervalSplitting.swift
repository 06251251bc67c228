import Models
import Networks
import Tensors

/// Verifies the cases of a group by interval bounds of ever smaller boxes, for networks that have
/// no linear relaxations.
///
/// Boxes are halved along the feature that is widest, relative to the whole box; the largest boxes
/// go first. Blunt, but for few features it ends.
///
/// - Soundness: in real arithmetic; subdomains cover the box, halves sharing their border.
struct IntervalSplitting {
  let search: CounterexampleSearch
  let deadline: Deadline
  /// How many subdomains are bounded at once.
  private let batchSize = 64
  /// How many subdomains may be open before the search gives up.
  private static let mostSubdomains = 1 << 18

  /// - Throws: `DeadlinePassed`, `CancellationError`, `NetworkError`.
  func verify(report: (_ open: Int, _ decided: Int) -> Void) throws -> VerificationResult {
    let group = search.group
    let width = (group.box.upper - group.box.lower).clamped(from: 1e-300)
    var open = [(lower: group.box.lower, upper: group.box.upper)]
    var (first, decided) = (0, 0)
    while first < open.count {
      try deadline.check()
      let some = open[first..<min(first + batchSize, open.count)]
      first += some.count
      let box = Box(lower: .stacking(some.map(\.lower)), upper: .stacking(some.map(\.upper)))
      let isDecided = try isExcluded(box)
      let places = (!isDecided).nonzeroIndices().flattened()
      decided += some.count - places.count
      if places.count > 0 {
        let rest = Box(lower: box.lower.gathering(places), upper: box.upper.gathering(places))
        if let found = try search.counterexample(among: (rest.lower + rest.upper) * 0.5) {
          return .violated(found)
        }
        let axis = ((rest.upper - rest.lower) / width).argmax(axis: 1).integers
        for (row, feature) in axis.enumerated() {
          let (low, high) = (rest.lower[row], rest.upper[row])
          let place = Tensor([feature])
          let middle = (low.gathering(place) + high.gathering(place)) * 0.5
          guard (middle .> low.gathering(place)).booleans[0],
            (middle .< high.gathering(place)).booleans[0]
          else {
            return .unknown("A subdomain cannot be halved further in double precision.")
          }
          open.append((low, high.scattering(middle, at: place, axis: 0)))
          open.append((low.scattering(middle, at: place, axis: 0), high))
        }
        guard open.count - first <= Self.mostSubdomains else {
          return .unknown(
            "Interval bounds leave more than \(Self.mostSubdomains) subdomains open.")
        }
      }
      if first > 4096 {
        open.removeFirst(first)
        first = 0
      }
      report(open.count - first, decided)
    }
    return .holds
  }

  /// Whether the network's bounds exclude every case, for each box.
  private func isExcluded(_ box: Box) throws(NetworkError) -> Tensor {
    let shape = [-1] + search.network.inputShape
    let bounds = try search.network.intervalBounds(
      over: Box(lower: box.lower.reshaped(to: shape), upper: box.upper.reshaped(to: shape)))
    return search.group.excluded(
      inputs: box,
      outputs: Box(lower: bounds.lower.flattenedRows(), upper: bounds.upper.flattenedRows())
    ).all(axes: [1])
  }
}
