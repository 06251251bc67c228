import Assay

/// The README's first example: attack and bounds about the same set, on a model from a file.
func auditOfAClassifier() throws {
  let network = try Network(onnx: "Examples/digits/digits.onnx")
  let data = try DatasetLoader().load(path: "Examples/digits/digits-test.npz")
  let labels = Tensor(try data.requiredLabels())
  let ball = try LinfBall(radius: 0.05)
  var generator = Generator(seed: 0)

  let outcome = try ProjectedGradientAttack(steps: 40)(
    network, on: data.inputs, labels: labels, within: ball, using: &generator)
  let certified = try IntervalCertificate().certified(
    network, data.inputs, labels: labels, within: ball)
  print("at most", outcome.robustAccuracy.value, "at least", certified.count { $0 })
}
