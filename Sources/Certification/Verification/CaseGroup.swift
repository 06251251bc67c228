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
  /// Each case's inequalities with products of variables.
  let polynomials: [[VerificationPolynomial]]
  private let cases: [VerificationProperty.Case]

  /// The most polynomials of a case.
  var polynomialCount: Int { polynomials.map(\.count).max() ?? 0 }
  /// The number of values that `values(inputs:outputs:)` gives for each case.
  var valueCount: Int { rowCount + polynomialCount }

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
  static let never = -1e30

  init(box: Box, cases: [VerificationProperty.Case]) {
    (self.box, self.cases) = (box, cases)
    polynomials = cases.map(\.polynomials)
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

  /// Whether an input and its output satisfy every row of a case, and every polynomial, in exact
  /// arithmetic.
  func isSatisfied(case index: Int, input: [Double], output: [Double]) -> Bool {
    let item = cases[index]
    guard item.polynomials.allSatisfy({ $0.isSatisfied(input: input, output: output) }) else {
      return false
    }
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

  /// Which of the cases an output between two bounds excludes, for each box of inputs.
  ///
  /// A case is excluded if one of its rows or polynomials is above 0 everywhere.
  ///
  /// - Shape: inputs `[N, features]`, outputs `[N, outputs]`, in double precision, to booleans
  ///   `[N, K]`.
  /// - Soundness: in real arithmetic.
  func excluded(inputs x: Box, outputs y: Box) -> Tensor {
    func least(_ rows: Tensor, _ box: Box) -> (sum: Tensor, size: Tensor) {
      let flat = rows.reshaped(to: [-1, rows.size(2)])
      let isUsed = (flat .!= 0).any(axes: [0])
      // What no row asks for may be unknown.
      let (low, high) = (
        Tensor.choosing(box.lower, where: isUsed, otherwise: box.lower.zerosLike()),
        Tensor.choosing(box.upper, where: isUsed, otherwise: box.upper.zerosLike())
      )
      let (positive, negative) = (flat.relu().transposed(), (-flat).relu().transposed())
      let sum = low.matmul(positive) - high.matmul(negative)
      let size = low.magnitude().maximum(high.magnitude()).matmul(positive + negative)
      return (sum, size)
    }
    let shape = [-1, caseCount, rowCount]
    let output = least(outputs, y)
    var (sum, size) = (output.sum + constants.flattened(), output.size)
    if hasInputRows {
      let input = least(inputs, x)
      (sum, size) = (sum + input.sum, size + input.size)
    }
    let terms = outputs.size(2) + inputs.size(2) + 2
    let slack = (size + constants.flattened().magnitude()) * Rounding.sum(terms)
    let isAbove = (sum - slack - Rounding.underflow .> 0).reshaped(to: shape)
    let isExcluded = (isAbove .& isRow.expandedDimension(at: 0)).any(axes: [2])
    return polynomialCount == 0
      ? isExcluded : isExcluded .| excludedByPolynomials(inputs: x, outputs: y)
  }

  /// How far each row, and each polynomial after the rows, is from being satisfied: its value.
  ///
  /// - Shape: inputs `[N, features]`, outputs `[N, outputs]` to `[N, K, J + P]`.
  func values(inputs x: Tensor, outputs y: Tensor) -> Tensor {
    func product(_ rows: Tensor, _ x: Tensor) -> Tensor {
      x.matmul(rows.reshaped(to: [-1, rows.size(2)]).cast(to: x.dtype).transposed())
        .reshaped(to: [x.size(0), caseCount, rowCount])
    }
    let values = product(outputs, y) + constants.cast(to: y.dtype)
    let rows = hasInputRows ? values + product(inputs, x) : values
    return polynomialCount == 0
      ? rows : .concatenating([rows, polynomialValues(inputs: x, outputs: y)], axis: 2)
  }
}
