import Foundation
import Models
import Networks
import Tensors
import TestSupport
import Testing

@testable import Certification

/// What properties mean on networks whose outputs are known: a counterexample satisfies what is
/// written, and its printed digits lie in the box that is written.
struct VNNLIBMeaningTests {
  /// `x` itself, for two features in `0...1`.
  private static let head = """
    (declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real)
    (declare-const Y_1 Real)
    (assert (and (>= X_0 0) (<= X_0 1) (>= X_1 0) (<= X_1 1)))

    """

  private func identity(scale: Float = 1, rectified: Bool = false) throws -> Network {
    var network = try Network(input: [2]) {
      Linear(2)
      if rectified { ReLU() }
    }
    network.parameters = network.parameters.with(
      values: Tensor([scale, 0, 0, scale, 0, 0] as [Float]))
    return network
  }

  private func result(
    _ text: String, _ network: Network, timeout: Double = 2
  ) throws -> VerificationResult {
    try Verifier(network, timeout: timeout).verify(VerificationProperty(vnnlibText: text))
  }

  @Test(
    "Formulas mean what logic says",
    arguments: [
      ("(assert (>= Y_0 (/ 3 2)))", "holds"), ("(assert (>= Y_0 (/ 1 2)))", "violated"),
      ("(assert (not (<= Y_0 2.0)))", "holds"), ("(assert (not (>= Y_0 0.5)))", "violated"),
      ("(assert (not (or (<= Y_0 2) (<= Y_1 2))))", "holds"),
      ("(assert (not (not (<= Y_0 2))))", "violated"),
      ("(assert (=> (>= Y_0 0.5) (>= Y_0 2)))", "violated"),
      ("(assert (=> (<= Y_0 2) (>= Y_0 2)))", "holds"),
      ("(assert (=> (<= Y_0 2) (<= Y_1 2) (>= Y_0 2)))", "holds"),
      ("(assert (!= Y_0 Y_1))", "violated"), ("(assert (not (== Y_0 (+ Y_0 1))))", "violated"),
      ("(assert (and (== Y_0 2) (!= Y_1 0)))", "holds"),
      ("(assert (or (>= X_0 2) (<= X_1 -7)))", "holds"), ("(assert (> X_0 1))", "holds"),
      (
        "(set-logic QF_LRA)(set-info :source \"a ) b\")(assert (<= Y_0 2))(check-sat)(exit)",
        "violated"
      ),
    ])
  func meaning(_ text: String, _ expected: String) throws {
    #expect(try result(Self.head + text, identity()).name == expected)
  }

  @Test(
    "A border that a strict inequality leaves out is no counterexample",
    arguments: [
      "(assert (< Y_0 0))", "(assert (> 0 Y_0))", "(assert (not (>= Y_0 0)))",
      "(assert (and (<= Y_0 0) (!= Y_0 0)))", "(assert (< (+ Y_0 Y_1) 0))",
    ])
  func strict(_ text: String) throws {
    let name = try result(Self.head + text, identity(rectified: true), timeout: 0.4).name
    #expect(name != "violated")
    // The same, but for the border, is violated on it.
    let loose = Self.head + "(assert (<= Y_0 0))"
    #expect(try result(loose, identity(rectified: true)).name == "violated")
  }

  @Test("Strict inequalities of inputs keep counterexamples off the border")
  func strictInputs() throws {
    let text = Self.head + "(assert (and (< X_0 0.5) (>= Y_0 0.5)))"
    #expect(try result(text, identity(), timeout: 0.4).name != "violated")
    let open = Self.head + "(assert (and (< X_0 0.5) (>= Y_0 0.25)))"
    guard case .violated(let found) = try result(open, identity()) else {
      Issue.record("not violated")
      return
    }
    #expect(found.input[0].item() < 0.5 && found.output[0].item() >= 0.25)
  }

  @Test(
    "Printed digits lie in the box as it is written",
    arguments: [
      ("0.1", "0.1"), ("0.6798577687", "0.6798577688"), ("-0.30353115613746867", "-0.303"),
      ("0.3", "0.30000000000000004"), ("-0.1", "0.1"), ("16777217.0", "16777217.0"),
    ])
  func digits(_ lower: String, _ upper: String) throws {
    let text = """
      (declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real)
      (declare-const Y_1 Real)
      (assert (and (>= X_0 \(lower)) (<= X_0 \(upper)) (>= X_1 0) (<= X_1 0)))
      (assert (<= Y_0 (+ X_0 1.0)))
      (assert (>= Y_0 (+ X_0 -1.0)))
      """
    guard case .violated(let found) = try result(text, identity()) else {
      Issue.record("not violated")
      return
    }
    let line = try #require(found.text.split(separator: "\n").first)
    let printed = try #require(line.split(separator: " ").last?.dropLast())
    let value = try #require(Decimal(string: String(printed)))
    #expect(try #require(Decimal(string: lower)) <= value)
    #expect(try #require(Decimal(string: upper)) >= value)
  }

  @Test("Version 2: tensors, indices with blanks, several inputs in order")
  func version2() throws {
    func text(_ assertion: String) -> String {
      """
      (vnnlib-version <2.0>)
      (declare-network f (declare-input A float32 [1]) (declare-input B Real [1, 1])
        (declare-output Y float32 [1,2]))
      (assert (and (<= 0.0 A) (<= A 1.0) (<= 2.0 B[0,0]) (<= B[0, 0] 3.0)))
      (assert \(assertion))
      """
    }
    #expect(try result(text("(>= Y[0,0] 1.5)"), identity()).name == "holds")
    #expect(try result(text("(>= Y[0,1] 2.5)"), identity()).name == "violated")
    #expect(try result(text("(== Y[0, 1] B[0,0])"), identity()).name == "violated")
    #expect(throws: VNNLIBError.self) { try result(text("(>= Y[0,2] 1)"), identity()) }
    #expect(throws: VNNLIBError.self) { try result(text("(>= Y[0] 1)"), identity()) }
    #expect(throws: VNNLIBError.self) { try result(text("(>= Y 1)"), identity()) }
    #expect(throws: VNNLIBError.self) {
      try result(text("(>= 1 1)") + "(declare-network g (declare-input X Real [1]))", identity())
    }
  }

  @Test("Implications within each other take no more than linear time")
  func nestedImplications() throws {
    var text = "(<= Y_0 2)"
    for _ in 0..<60 { text = "(=> (<= Y_0 2) \(text))" }
    #expect(try result(Self.head + "(assert \(text))", identity()).name == "violated")
  }

  @Test(
    "The commands that once were refused",
    .enabled(if: TestFiles.shared("cases") != nil, "../shared/cases is absent"),
    arguments: [
      ("checksat", "violated"), ("setlogic", "holds"), ("dfun", "holds"), ("notp", "holds"),
      ("impl", "violated"), ("frac", "holds"), ("v2", "holds"),
    ])
  func cases(_ name: String, _ expected: String) throws {
    let folder = try #require(TestFiles.shared("cases/vnnlib-commands"))
    let network = try Network(onnx: folder + "/ident2.onnx")
    let property = try VerificationProperty(vnnlib: "\(folder)/\(name).vnnlib")
    #expect(try Verifier(network, timeout: 5).verify(property).name == expected)
  }
}

struct ExactSumTests {
  @Test("Signs are exact where rounding would lose them")
  func signs() {
    func sign(_ numbers: [(Double, Double)]) -> (Bool, Bool) {
      var sum = ExactSum()
      for (a, b) in numbers { sum.add(a, times: b) }
      return (sum.isAtMostZero(strictly: false), sum.isAtMostZero(strictly: true))
    }
    #expect(sign([(0.1, 3), (-0.3, 1)]) == (false, false))  // 3 times 0.1's double is above 0.3's
    #expect(sign([(1e20, 1), (1, 1), (-1e20, 1)]) == (false, false))
    #expect(sign([(1e20, 1), (-1, 1), (-1e20, 1)]) == (true, true))
    #expect(sign([(3, 7), (-21, 1)]) == (true, false))
    #expect(sign([(1e-200, 1e-200)]) == (false, false))
    #expect(sign([(-.infinity, 1)]) == (false, false))
  }
}
