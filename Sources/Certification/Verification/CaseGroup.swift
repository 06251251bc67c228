import Models
import Networks
import Tensors

/// The cases of a property that are about the same box, with rows side by side.
///
/// - Shape: of `K` cases with at most `J` rows, inputs `[K, J, features]`, outputs
///   `[K, J, outputs]`, constants `[K, J]`. Missing rows are satisfied by everything.
struct CaseGroup: Sendable {
  /// Corners of shape `[features]`.
  let box: Box
  let inputs: Tensor
  let outputs: Tensor
  let constants: Tensor
  /// Whether a row stands for one of a case; `[K, J]`.
  let isRow: Tensor
  let hasInputRows: Bool
  private let cases: [VerificationProperty.Case]

  var caseCount: Int { constants.size(0) }
  var rowCount: Int { constants.size(1) }

  /// Groups cases whose boxes are equal.
  static func groups(of cases: [VerificationProperty.Case]) -> [CaseGroup] {
    var places: [[Double]: Int] = [:]
    var groups: [(box: Box, cases: [VerificationProperty.Case])] = []
    for item in cases {
      let corners =
        item.box.lower.elements(as: Double.self) + item.box.upper.elements(as: Double.self)
      let place = places[corners, default: groups.count]
      places[corners] = place
      if place == groups.count {
        groups.append((item.box, []))
      }
      groups[place].cases.append(item)
    }
    return groups.map { CaseGroup(box: $0.box, cases: $0.cases) }
  }

  /// A constant that makes a row satisfied by every input, whatever is added to it.
  private static let never = -1e30

  init(box: Box, cases: [VerificationProperty.Case]) {
    (self.box, self.cases) = (box, cases)
    let most = max(1, cases.map(\.rowCount).max() ?? 1)
    func padded(_ tensor: Tensor, _ value: Double) -> Tensor {
      let missing = [(before: 0, after: most - tensor.size(0))]
      let others = (1..<tensor.rank).map { _ in (before: 0, after: 0) }
      return tensor.padded(missing + others, mode: .constant(value))
    }
    inputs = .stacking(cases.map { padded($0.inputs, 0) })
    outputs = .stacking(cases.map { padded($0.outputs, 0) })
    constants = .stacking(cases.map { padded($0.constants, Self.never) })
    isRow = (constants .> Self.never)
    hasInputRows = (inputs .!= 0).any().booleans[0]
  }

  /// Whether an input and its output satisfy every row of a case, in exact arithmetic.
  func isSatisfied(case index: Int, input: [Double], output: [Double]) -> Bool {
    let item = cases[index]
    let (x, y) = (item.inputs.elements(as: Double.self), item.outputs.elements(as: Double.self))
    let constants = item.acceptedConstants.elements(as: Double.self)
    return constants.indices.allSatisfy { row in
      var sum = ExactSum()
      sum.add(constants[row])
      for (place, number) in input.enumerated() {
        sum.add(x[row * input.count + place], times: number)
      }
      for (place, number) in output.enumerated() {
        sum.add(y[row * output.count + place], times: number)
      }
      return sum.isAtMostZero(strictly: item.isStrict[row])
    }
  }

  /// How far each row is from being satisfied: the row's value.
  ///
  /// - Shape: inputs `[N, features]`, outputs `[N, outputs]` to `[N, K, J]`.
  func values(inputs x: Tensor, outputs y: Tensor) -> Tensor {
    func product(_ rows: Tensor, _ x: Tensor) -> Tensor {
      x.matmul(rows.reshaped(to: [-1, rows.size(2)]).cast(to: x.dtype).transposed())
        .reshaped(to: [x.size(0), caseCount, rowCount])
    }
    let values = product(outputs, y) + constants.cast(to: y.dtype)
    return hasInputRows ? values + product(inputs, x) : values
  }
}
