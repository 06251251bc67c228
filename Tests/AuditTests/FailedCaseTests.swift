import Datasets
import Models
import Networks
import Tensors
import TestSupport
import Testing

@testable import Audit

/// Inputs that once gave a wrong answer without a word, in `../shared/cases`.
@Suite(.enabled(if: TestFiles.shared("cases") != nil, "../shared/cases is absent"))
struct FailedCaseTests {
  private func findings(
    _ model: String, _ data: String, in name: String, _ checks: [any Check],
    layout: DataLayout? = nil, scores: ScoreKind? = nil, radii: [Float] = [0.05]
  ) throws -> [Finding] {
    let folder = try #require(TestFiles.shared("cases/" + name))
    let subject = try AuditSubject(
      network: Network(onnx: "\(folder)/\(model)"),
      data: DatasetLoader().load(path: "\(folder)/\(data)"), layout: layout, scores: scores)
    return try Audit(checks: checks, policy: Policy(name: "none", rules: []))
      .run(subject, settings: AuditSettings(radii: radii))
  }

  @Test(
    "Images of the other layout are refused, and transposed on request",
    arguments: [
      ("nchw.onnx", "rgb_nhwc.npz", DataLayout.nhwc), ("nhwc.onnx", "rgb_nchw.npz", .nchw),
    ])
  func layouts(_ model: String, _ data: String, _ layout: DataLayout) throws {
    let name = "channels-last-reinterpreted"
    #expect(throws: AuditError.self) { try findings(model, data, in: name, [AccuracyCheck()]) }
    let found = try findings(model, data, in: name, [AccuracyCheck()], layout: layout)
    #expect(found[0].metrics["accuracy"]?.value == 1)
  }

  @Test("Corruptions hurt channels-last images as they hurt channels-first ones")
  func corruptions() throws {
    let accuracies = try [("nchw.onnx", "rgb_nchw.npz"), ("nhwc.onnx", "rgb_nhwc.npz")].map {
      try findings($0, $1, in: "channels-last-reinterpreted", [CorruptionsCheck()])[0]
        .metrics["meanAccuracy"]?.value
    }
    #expect(accuracies[0] != nil && accuracies[0] == accuracies[1])
  }

  /// The errors are those of ONNX Runtime's outputs, in 15 bins.
  @Test(
    "Probabilities that do not end in a softmax are calibrated as what they are",
    arguments: [
      ("ens_mean", 0.0203), ("soft_clip", 0.0337), ("soft_manual", 0.0337), ("dig_softmax", 0.0337),
    ])
  func probabilities(_ model: String, _ error: Double) throws {
    let found = try findings(
      model + ".onnx", "digits200.npz", in: "probabilities-not-at-the-end", [CalibrationCheck()])
    #expect(abs((found[0].metrics["ece15"]?.value ?? .nan) - error) < 1e-4)
  }

  @Test("Separate sigmoids are asked about")
  func sigmoids() throws {
    #expect(throws: AuditError.self) {
      try findings(
        "sigmoid_multi.onnx", "digits200.npz", in: "probabilities-not-at-the-end", [AccuracyCheck()]
      )
    }
  }

  @Test("One score gives what two give", arguments: ["bin_sigmoid", "bin_logit"])
  func singleScores(_ model: String) throws {
    let checks: [any Check] = [AccuracyCheck(), CalibrationCheck()]
    let one = try findings(model + ".onnx", "digitsb200.npz", in: "single-logit", checks)
    let two = try findings("bin_two.onnx", "digitsb200.npz", in: "single-logit", checks)
    #expect(one[0].metrics["accuracy"]?.value == 0.99)
    let errors = [one, two].map { $0[1].metrics["ece15"]?.value ?? .nan }
    #expect(abs(errors[0] - errors[1]) < 1e-5)
  }

  @Test("Rounding inputs hides no change from the attack, and is named")
  func rounding() throws {
    let found = try findings(
      "round.onnx", "digits200.npz", in: "gradient-masked", [AttackCheck()], radii: [0.02, 0.1])
    let accuracies = found[0].series["robustAccuracy"]?.map(\.value) ?? []
    #expect(accuracies.count == 2 && accuracies[0] <= 0.905 && accuracies[1] <= 0.2)
    #expect(found[0].status == .warn)
    #expect(found[0].notes.contains { $0.contains("Gradients are masked") })
  }
}
