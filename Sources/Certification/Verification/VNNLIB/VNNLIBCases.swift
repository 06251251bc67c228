import Models
import Tensors

/// Turns what was read into the cases of a property.
struct VNNLIBCases {
  private let parser: VNNLIBParser
  private let limits: VNNLIBLimits
  /// Boxes by what makes them differ from the box that all cases share.
  private var boxes: [[Change]: Box] = [:]
  private var numbers = 0
  private let unboundedInputs: [Int]
  private let noInputs: Tensor
  /// Why there is no case, if there is none.
  private(set) var vacuity = VerificationProperty.Vacuity.contradiction

  /// The bounds of one input in one case.
  private struct Change: Hashable {
    let index: Int
    let range: VNNLIBRange
  }

  init(_ parser: VNNLIBParser, limits: VNNLIBLimits) {
    (self.parser, self.limits) = (parser, limits)
    let box = parser.box
    unboundedInputs = box.lower.indices.filter {
      !(box.lower[$0].isFinite && box.upper[$0].isFinite)
    }
    noInputs = Tensor.zeros([1, box.lower.count], dtype: .float64)
  }

  /// The cases, none if nothing can satisfy the assertions together.
  mutating func cases() throws(VNNLIBError) -> [VerificationProperty.Case] {
    let box = parser.box
    if let empty = box.lower.indices.first(where: { box.lower[$0] > box.upper[$0] }) {
      vacuity = .emptyBox(input: empty, lower: box.lower[empty], upper: box.upper[empty])
      return []
    }
    let formula = VNNLIBFormula.and(parser.formulas)
    let size = formula.normalSize
    guard size.cases <= limits.cases else { throw tooMany("cases", limits.cases) }
    guard size.atoms <= limits.inequalities else {
      throw tooMany("inequalities", limits.inequalities)
    }
    var cases: [VerificationProperty.Case] = []
    for atoms in formula.normalForm {
      if let item = try makeCase(atoms) { cases.append(item) }
    }
    return cases
  }

  /// One case, or nil if nothing can satisfy it.
  private mutating func makeCase(
    _ places: [Int]
  ) throws(VNNLIBError) -> VerificationProperty.Case? {
    var ranges: [Int: VNNLIBRange] = [:]
    var rows: [VNNLIBParser.Atom] = []
    for place in places {
      let atom = parser.atoms[place]
      if atom.terms.isEmpty, atom.products.isEmpty {
        if atom.constant > 0 || atom.isStrict && atom.acceptedConstant == 0 { return nil }
      } else if let term = atom.onlyInput {
        let index = term.variable.index
        let known =
          ranges[index]
          ?? VNNLIBRange(lower: parser.box.lower[index], upper: parser.box.upper[index])
        let range = known.intersection(VNNLIBRange(term, constant: atom.constant))
        if range.lower > range.upper {
          vacuity = .emptyBox(input: index, lower: range.lower, upper: range.upper)
          return nil
        }
        ranges[index] = range
        if atom.isStrict {
          // The box holds its border; the row leaves it out, and with it all of a box that is thin.
          let value = atom.acceptedConstant.addingProduct(term.coefficient, range.lower)
          if range.lower == range.upper, value >= 0 { return nil }
          rows.append(atom)
        }
      } else {
        rows.append(atom)
      }
    }
    for index in unboundedInputs {
      guard let range = ranges[index], range.lower.isFinite, range.upper.isFinite else {
        throw parser.error(
          .unbounded(parser.name(ofInput: index)), at: parser.inputs.offset(of: index))
      }
    }
    return try makeCase(ranges, rows)
  }

  private mutating func makeCase(
    _ ranges: [Int: VNNLIBRange], _ atoms: [VNNLIBParser.Atom]
  ) throws(VNNLIBError) -> VerificationProperty.Case {
    let rows = atoms.filter(\.products.isEmpty)
    let polynomials = atoms.filter { !$0.products.isEmpty }.map(\.polynomial)
    try take(polynomials.reduce(0) { $0 + $1.terms.count })
    let (features, outputCount) = (parser.inputs.count, parser.outputs.count)
    let hasInputs = rows.contains { $0.terms.contains { !$0.variable.isOutput } }
    try take(rows.count * (outputCount + (hasInputs ? features : 0)))
    var outputs = [Double](repeating: 0, count: rows.count * outputCount)
    var inputs = [Double](repeating: 0, count: hasInputs ? rows.count * features : 0)
    for (row, atom) in rows.enumerated() {
      for term in atom.terms {
        if term.variable.isOutput {
          outputs[row * outputCount + term.variable.index] = term.coefficient
        } else {
          inputs[row * features + term.variable.index] = term.coefficient
        }
      }
    }
    return VerificationProperty.Case(
      box: try box(ranges),
      inputs: hasInputs
        ? Tensor(inputs, shape: [rows.count, features])
        : noInputs.broadcast(to: [rows.count, features]),
      outputs: Tensor(outputs, shape: [rows.count, outputCount]),
      constants: Tensor(rows.map(\.constant), shape: [rows.count]),
      acceptedConstants: Tensor(rows.map(\.acceptedConstant), shape: [rows.count]),
      isStrict: rows.map(\.isStrict), polynomials: polynomials)
  }

  private mutating func box(_ ranges: [Int: VNNLIBRange]) throws(VNNLIBError) -> Box {
    let changes = ranges.map { Change(index: $0.key, range: $0.value) }
      .sorted { $0.index < $1.index }
    if let known = boxes[changes] { return known }
    try take(2 * parser.inputs.count)
    var (lower, upper) = (parser.box.lower, parser.box.upper)
    for change in changes {
      (lower[change.index], upper[change.index]) = (change.range.lower, change.range.upper)
    }
    let box = Box(
      lower: Tensor(lower, shape: [lower.count]), upper: Tensor(upper, shape: [upper.count]))
    boxes[changes] = box
    return box
  }

  private mutating func take(_ count: Int) throws(VNNLIBError) {
    numbers += count
    guard numbers <= limits.numbers else { throw tooMany("numbers in all cases", limits.numbers) }
  }

  private func tooMany(_ what: String, _ limit: Int) -> VNNLIBError {
    parser.error(.tooMany(what, limit: limit), at: 0)
  }
}

extension VNNLIBParser.Atom {
  fileprivate var polynomial: VerificationPolynomial {
    func term(_ variables: [VNNLIBVariable], _ coefficient: Double) -> VerificationPolynomial.Term {
      .init(
        coefficient: coefficient,
        inputs: variables.filter { !$0.isOutput }.map(\.index),
        outputs: variables.filter(\.isOutput).map(\.index))
    }
    return VerificationPolynomial(
      terms: terms.map { term([$0.variable], $0.coefficient) }
        + products.map { term($0.variables, $0.coefficient) },
      constant: constant, acceptedConstant: acceptedConstant, isStrict: isStrict)
  }
}
