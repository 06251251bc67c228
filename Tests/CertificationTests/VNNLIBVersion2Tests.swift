import Foundation
import Models
import Networks
import Tensors
import Testing

@testable import Certification

/// Properties of version 2 beyond one network with linear assertions.
struct VNNLIBVersion2Tests {
  /// `scale · x` for two features.
  private func scaled(_ scale: Float) throws -> Network {
    var network = try Network(input: [2]) { Linear(2) }
    network.parameters = network.parameters.with(
      values: Tensor([scale, 0, 0, scale, 0, 0] as [Float]))
    return network
  }

  private static let two = """
    (vnnlib-version <2.0>)
    (declare-network f (declare-input A float32 [1,2]) (declare-output B float32 [1,2]))
    (declare-network g (declare-input C float32 [1,2]) (declare-output D float32 [1,2]))
    (assert (and (<= 0 A[0,0]) (<= A[0,0] 1) (<= 0 A[0,1]) (<= A[0,1] 1)))

    """
  private static let equalInputs = """
    (assert (and (<= 0 C[0,0]) (<= C[0,0] 1) (<= 0 C[0,1]) (<= C[0,1] 1)))
    (assert (and (== A[0,0] C[0,0]) (== C[0,1] A[0,1])))

    """

  private func result(
    _ text: String, _ networks: [String: Network]
  ) throws -> (result: VerificationResult, query: JointQuery) {
    let query = try JointQuery(VerificationProperty(vnnlibText: text), networks: networks)
    return (try Verifier(query.network, timeout: 20).verify(query.property), query)
  }

  @Test("Two networks on the same input differ by what their weights do, and by no more")
  func differences() throws {
    let networks = ["f": try scaled(1), "g": try scaled(1.5)]
    let text = Self.two + Self.equalInputs
    #expect(
      try result(text + "(assert (>= (- D[0,0] B[0,0]) 0.51))", networks).result.name == "holds")
    let (broken, query) = try result(text + "(assert (>= (- D[0,0] B[0,0]) 0.4))", networks)
    guard case .violated(let found) = broken else {
      Issue.record("the outputs are half an input apart")
      return
    }
    #expect(query.network.inputShape == [2], "equal inputs are one")
    let all = query.expanded(found)
    let (x, y) = (all.input.elements(as: Float.self), all.output.elements(as: Float.self))
    #expect(x.count == 4 && y.count == 4)
    #expect(x[0] == x[2] && x[1] == x[3] && y[2] - y[0] >= 0.4)
  }

  @Test("Networks may have inputs of their own, joined by inequalities")
  func ownInputs() throws {
    let networks = ["f": try scaled(1), "g": try scaled(1)]
    let text =
      Self.two + """
        (assert (and (<= 0 C[0,0]) (<= C[0,0] 1) (<= 0 C[0,1]) (<= C[0,1] 1)))
        (assert (<= (- A[0,0] C[0,0]) 0.1))

        """
    #expect(
      try result(text + "(assert (>= B[0,0] (+ D[0,0] 0.11)))", networks).result.name == "holds")
    #expect(
      try result(text + "(assert (>= B[0,0] (+ D[0,0] 0.05)))", networks).result.name == "violated")
  }

  @Test("A network that equals another needs no file; one that nothing asks about is dropped")
  func equalAndUnused() throws {
    let text = """
      (declare-network f (declare-input A Real [2]) (declare-output B Real [2]))
      (declare-network h (isomorphic-to f) (declare-input E Real [2]) (declare-output F Real [2]))
      (declare-network g (equal-to f) (declare-input C Real [2]) (declare-output D Real [2]))
      (assert (and (<= 0 A[0]) (<= A[0] 1) (<= 0 A[1]) (<= A[1] 1)))
      (assert (and (<= 0 C[0]) (<= C[0] 1) (<= 0 C[1]) (<= C[1] 1)))
      (assert (>= C[0] A[0]))
      (assert (< (+ D[0] 0.1) B[0]))
      """
    let property = try VerificationProperty(vnnlibText: text)
    #expect(property.networks.map(\.name) == ["f", "g"])
    #expect(property.networks.map(\.model) == ["f", "f"])
    #expect(property.featureCount == 4 && property.networks[1].features == 2..<4)
    #expect(try result(text, ["f": try scaled(2)]).result.name == "holds", "it is monotone")
    #expect(try result(text, ["f": try scaled(-2)]).result.name == "violated")
    #expect(throws: VerificationError.missingNetwork("f")) { try result(text, [:]) }
    let alone = try VerificationProperty(
      vnnlibText: Self.two + "(assert (>= B[0,0] 2))")
    #expect(alone.networks.map(\.name) == ["f"] && alone.featureCount == 2)
    #expect(try Verifier(try scaled(1), timeout: 5).verify(alone).name == "holds")
  }

  @Test(
    "Products of variables are exact at inputs and excluded by splitting",
    arguments: [
      ("(>= (* B[0,0] B[0,1]) 1.01)", "holds"), ("(>= (* B[0,0] B[0,1]) 0.9)", "violated"),
      ("(<= (* B[0,0] B[0,0]) -0.001)", "holds"),
      ("(>= (* A[0,0] (- 1 B[0,0])) 0.26)", "holds"),
      ("(>= (* A[0,0] (- 1 B[0,0])) 0.24)", "violated"),
      ("(>= (* 2 A[0,0] B[0,1] B[0,1]) 1.5)", "violated"),
      ("(> (- (* A[0,0] A[0,1]) (* A[0,1] A[0,0])) 0)", "holds"),
    ])
  func products(_ assertion: String, _ expected: String) throws {
    let property = try VerificationProperty(vnnlibText: Self.two + "(assert \(assertion))")
    let result = try Verifier(try scaled(1), timeout: 20).verify(property)
    #expect(result.name == expected)
    if case .violated(let found) = result {
      // What is printed is read again as the same property.
      let again = try VerificationProperty(vnnlibText: property.vnnlib)
      let (x, y) = (found.input.elements(as: Float.self), found.output.elements(as: Float.self))
      #expect(
        CaseGroup(box: again.cases[0].box, cases: again.cases).isSatisfied(
          case: 0, input: x.map(Double.init), output: y.map(Double.init)))
    }
  }

  @Test("Intervals exclude a product where it is above 0 everywhere, and nowhere else")
  func excludedProducts() throws {
    let property = try VerificationProperty(
      vnnlibText: Self.two + "(assert (<= (- (* A[0,0] B[0,1]) (* B[0,0] B[0,0])) 0.125))")
    let group = CaseGroup(box: property.cases[0].box, cases: property.cases)
    func isExcluded(_ x: ClosedRange<Double>, _ y: ClosedRange<Double>) -> Bool {
      func box(_ range: ClosedRange<Double>, _ other: ClosedRange<Double>) -> Box {
        Box(
          lower: Tensor([range.lowerBound, other.lowerBound], shape: [1, 2]),
          upper: Tensor([range.upperBound, other.upperBound], shape: [1, 2]))
      }
      // A[0,0] and B[0,1] lie in `x`, B[0,0] in `y`.
      return group.excluded(inputs: box(x, 0...1), outputs: box(y, x)).booleans == [true]
    }
    #expect(isExcluded(0.75...1, -0.5...0.5), "at least 0.5625 - 0.25")
    #expect(!isExcluded(0.5...1, -0.5...0.5), "0.25 - 0.25 is reached")
    #expect(isExcluded(0.5...1, -0.25...0.25), "at least 0.25 - 0.0625")
    #expect(!isExcluded(0.5...1, -0.375...0.25), "0.25 - 0.140625 is below 0.125")
  }

  @Test("A product is judged without rounding")
  func exactProducts() {
    // The square of 1 + 2⁻³⁰ is above 1 + 2⁻²⁹ by 2⁻⁶⁰, which doubles do not hold.
    let number = 1 + 0x1p-30
    func isAtMost(_ level: Double, strictly: Bool = false) -> Bool {
      VerificationPolynomial(
        terms: [.init(coefficient: 1, inputs: [0, 0], outputs: [])], constant: -level,
        isStrict: strictly
      ).isSatisfied(input: [number], output: [])
    }
    #expect(number * number == 1 + 0x1p-29 && !isAtMost(1 + 0x1p-29))
    #expect(isAtMost((1 + 0x1p-29).nextUp, strictly: true))
  }

  @Test(
    "Decimal numbers are compared with doubles exactly",
    arguments: [
      ("0.1", false), ("0.1000000000000000055511151231257827021181583404541015625", true),
      ("0.1000000000000000055511151231257827021181583404541015626", false), ("1e22", true),
      ("100000000000000000000000", false), ("-0.5", true), ("0.000", true), ("123.4560e3", true),
      ("9007199254740993", false), ("4.9406564584124654e-324", false), ("0.25e-2", false),
      ("1.8446744073709552e19", false), ("18446744073709551616", true), ("2.5E1", true),
    ])
  func decimals(_ text: String, _ isExact: Bool) throws {
    let number = try #require(Double(text))
    #expect(DecimalNumber(Array(text.utf8)).equals(number) == isExact)
  }

  @Test("A number of many digits means itself")
  func longNumbers() throws {
    // Just above the double 0.1, and above what its digits say.
    func ends(_ digits: String) throws -> (Double, Double) {
      let property = try VerificationProperty(
        vnnlibText: """
          (declare-const X_0 Real) (declare-const Y_0 Real)
          (assert (and (<= X_0 \(digits)) (>= X_0 \(digits)))) (assert (>= Y_0 0))
          """)
      let box = property.cases[0].box
      return (box.lower[0].item(), box.upper[0].item())
    }
    let wide = try ends("0.10000000000000000555111512312578270211815834045410156")
    #expect(wide.0 < 0.1 && wide.1 > 0.1, "the number lies beside the double")
    let exact = try ends("0.1000000000000000055511151231257827021181583404541015625")
    #expect(exact == (0.1, 0.1))
    #expect(try ends("0.1") == (0.1, 0.1))
    let tiny = try ends("0.123456789012345678e-400")
    #expect(tiny.0 < 0 && tiny.1 > 0, "too small for a double, and not 0")
  }

  @Test(
    "What is not read is named where it stands",
    arguments: [
      ("(declare-network f (declare-input A int32 [2]) (declare-output B Real [2]))", 37),
      (
        "(declare-network f (declare-input A Real [2] initialized) (declare-output B Real [2]))", 46
      ),
      ("(declare-network f (declare-input A Real [2]))", 1),
      (
        "(declare-network f (equal-to g) (declare-input A Real [1]) (declare-output B Real [1]))",
        30
      ),
      ("(declare-network f (declare-input A Real [1]) (declare-knob B Real [1]))", 48),
      ("(declare-network f (declare-input A Real [1]) (declare-input A Real [1]))", 62),
    ])
  func refusals(_ text: String, _ column: Int) throws {
    let error = #expect(throws: VNNLIBError.self) {
      try VerificationProperty(vnnlibText: text + "(assert (<= 0 1))")
    }
    #expect(error?.line == 1 && error?.column == column, "\(String(describing: error))")
    let message = "\(try #require(error))"
    #expect(!message.contains("\n"))
  }

  @Test("An input without an end is named as it is declared")
  func unboundedInputs() throws {
    let text = """
      (declare-network e (declare-input Z Real [3]) (declare-output W Real []))
      (declare-network f (declare-input A Real []) (declare-input B Real [2,2])
        (declare-output Y Real []))
      (assert (and (<= 0 A) (<= A 1) (<= 0 B[0,0]) (<= B[0,0] 1) (<= 0 B[0,1]) (<= B[0,1] 1)))
      (assert (and (<= 0 B[1,0]) (>= Y 1)))
      """
    let error = #expect(throws: VNNLIBError.self) { try VerificationProperty(vnnlibText: text) }
    #expect(error?.reason == .unbounded("B[1,0]") && error?.line == 2)
  }

  @Test("Hidden tensors may be declared, but not spoken of; outputs may be integers")
  func hiddenTensors() throws {
    let text = """
      (declare-network f (declare-input A Real [1]) (declare-hidden H Real [3] "a ) b")
        (declare-output B int64 [1]))
      (assert (and (<= 0 A[0]) (<= A[0] 1)))
      (assert (>= B[0] 1))

      """
    #expect(try VerificationProperty(vnnlibText: text).outputCount == 1)
    let error = #expect(throws: VNNLIBError.self) {
      try VerificationProperty(vnnlibText: text + "(assert (>= H[0] 0))")
    }
    let message = "\(try #require(error))"
    #expect(error?.line == 5 && message.contains("hidden tensor 'H'"))
  }

  @Test("An empty box is told of")
  func emptyBoxes() throws {
    let property = try VerificationProperty(
      vnnlibText: """
        (declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real)
        (assert (and (>= X_0 0) (<= X_0 1) (>= X_1 2) (<= X_1 1))) (assert (>= Y_0 0))
        """)
    #expect(property.cases.isEmpty)
    #expect(property.vacuity == .emptyBox(input: 1, lower: 2, upper: 1))
    #expect(property.vacuity?.description.hasPrefix("The input box is empty") == true)
  }
}
