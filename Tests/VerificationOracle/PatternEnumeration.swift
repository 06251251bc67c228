/// Finds by how much a property can be broken at most, by looking at every pattern of kinks.
///
/// Within a pattern the network is affine, so that a linear program gives the exact answer there.
public struct PatternEnumeration {
  /// `inputs · x + outputs · y + constant ≤ 0`.
  public struct Row: Sendable {
    public let inputs: [Double]
    public let outputs: [Double]
    public let constant: Double

    public init(inputs: [Double], outputs: [Double], constant: Double) {
      (self.inputs, self.outputs, self.constant) = (inputs, outputs, constant)
    }

    /// The left side at a point.
    public func value(_ x: [Double], _ y: [Double]) -> Double {
      func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
      return dot(inputs, x) + dot(outputs, y) + constant
    }
  }

  private let network: PiecewiseLinearNetwork
  private let lower: [Double]
  private let upper: [Double]
  private let rows: [Row]
  private var least = Double.infinity
  /// How many patterns were looked at.
  public private(set) var patterns = 0

  /// An affine function of the input: coefficients, then a constant.
  private typealias Form = [Double]

  public init(_ network: PiecewiseLinearNetwork, lower: [Double], upper: [Double], rows: [Row]) {
    (self.network, self.lower, self.upper, self.rows) = (network, lower, upper, rows)
  }

  /// The least value, over the box, of the largest of the rows' left sides.
  public mutating func leastViolation() -> Double {
    least = .infinity
    let identity = (0..<lower.count).map { place in
      (0...lower.count).map { $0 == place ? 1.0 : 0.0 }
    }
    visit([identity], step: 0, element: 0, partial: [], region: [])
    return least
  }

  /// - `partial`: the elements of the present step that are decided.
  /// - `region`: forms that are at most 0.
  private mutating func visit(
    _ values: [[Form]], step: Int, element: Int, partial: [Form], region: [Form]
  ) {
    guard step < network.steps.count else { return finish(values[values.count - 1], region) }
    func next(_ value: [Form]) {
      visit(values + [value], step: step + 1, element: 0, partial: [], region: region)
    }
    switch network.steps[step] {
    case .linear(let x, let weight, let bias):
      next(
        zip(weight, bias).map { row, bias in
          var form = Form(repeating: 0, count: lower.count + 1)
          form[lower.count] = Double(bias)
          for (factor, value) in zip(row, values[x]) {
            for place in form.indices { form[place] += Double(factor) * value[place] }
          }
          return form
        })
    case .sum(let a, let b): next(zip(values[a], values[b]).map { zip($0, $1).map(+) })
    case .difference(let a, let b): next(zip(values[a], values[b]).map { zip($0, $1).map(-) })
    case .concatenation(let a, let b): next(values[a] + values[b])
    case .kink(let x, let below, let above):
      guard element < values[x].count else { return next(partial) }
      let z = values[x][element]
      branch(
        z, values, step, element, partial, region, z.map { below * $0 }, z.map { above * $0 })
    case .maximum(let a, let b):
      guard element < values[a].count else { return next(partial) }
      let (p, q) = (values[a][element], values[b][element])
      branch(zip(p, q).map(-), values, step, element, partial, region, q, p)
    }
  }

  /// Goes on with `below` where `z` is negative, and with `above` where it is positive.
  private mutating func branch(
    _ z: Form, _ values: [[Form]], _ step: Int, _ element: Int, _ partial: [Form], _ region: [Form],
    _ below: Form, _ above: Form
  ) {
    let (low, high) = range(of: z)
    for (side, isPossible, form) in [(z, low <= 0, below), (z.map { -$0 }, high >= 0, above)]
    where isPossible {
      let isDecided = low > 0 || high < 0
      let part = isDecided ? region : region + [side]
      if !isDecided, !program(part).isFeasible { continue }
      visit(values, step: step, element: element + 1, partial: partial + [form], region: part)
    }
  }

  private func range(of form: Form) -> (low: Double, high: Double) {
    var (low, high) = (form[lower.count], form[lower.count])
    for place in lower.indices {
      let ends = (form[place] * lower[place], form[place] * upper[place])
      low += min(ends.0, ends.1)
      high += max(ends.0, ends.1)
    }
    return (low, high)
  }

  /// The part of the box where all forms are at most 0, in variables that start at the lower ends;
  /// two more stand for the positive and the negative part of what is minimized.
  private func program(_ region: [Form]) -> LinearProgram {
    let count = lower.count
    var program = LinearProgram(variableCount: count + 2)
    for place in 0..<count {
      var row = [Double](repeating: 0, count: count + 2)
      row[place] = 1
      program.add(row, atMost: upper[place] - lower[place])
    }
    for form in region { program.add(form.prefix(count) + [0, 0], atMost: -start(of: form)) }
    return program
  }

  /// A form's value at the lower ends.
  private func start(of form: Form) -> Double {
    lower.indices.reduce(form[lower.count]) { $0 + form[$1] * lower[$1] }
  }

  private mutating func finish(_ output: [Form], _ region: [Form]) {
    patterns += 1
    let count = lower.count
    var program = program(region)
    for row in rows {
      var form = row.inputs + [row.constant]
      for (factor, value) in zip(row.outputs, output) {
        for place in form.indices { form[place] += factor * value[place] }
      }
      program.add(form.prefix(count) + [-1, 1], atMost: -start(of: form))
    }
    let objective = [Double](repeating: 0, count: count) + [1, -1]
    if let value = program.minimum(of: objective) { least = min(least, value) }
  }
}
