import Attacks
import Datasets
import Hardening
import Models
import Networks
import Tensors

/// A hardening method, and what it changes on examples that training did not see.
public struct HardeningTrial: MethodTrial {
  public var name: String
  public var method: any HardeningMethod
  public var norm: PerturbationNorm
  public var radius: Float
  /// The share of the data that is kept from training.
  public var validation: Double

  /// - Precondition: `validation` is between 0 and 1.
  public init(
    _ name: String, _ method: any HardeningMethod, norm: PerturbationNorm, radius: Float,
    validation: Double = 0.2
  ) {
    precondition(0 < validation && validation < 1, "a validation share of \(validation)")
    (self.name, self.method, self.norm, self.radius) = (name, method, norm, radius)
    self.validation = validation
  }

  /// The network is the hardened model.
  ///
  /// - Throws: `CheckSkipped` if the model has no parameters to train, or there is too little data.
  public func run(_ context: inout AuditContext) throws -> TrialOutcome {
    let subject = context.subject
    guard subject.network.parameters.count > 0 else {
      throw CheckSkipped("The model has no parameters that gradients could train.")
    }
    let parts = subject.data.split(testFraction: validation, using: &context.generator)
    guard parts.training.count > 0, parts.test.count > 0 else {
      throw CheckSkipped("\(subject.data.count) examples are too few to train and to validate.")
    }
    let ball = try norm.ball(radius: radius, domain: subject.domain)
    let report = context.report
    let hardened = try method.train(subject.network, on: parts.training, within: ball) {
      report(0.8 * $0)
    }
    let held = parts.test.prefix(context.settings.exampleLimit)
    let radii = [0, 0.5, 1, 1.5].map { $0 * radius }
    let before = try robustAccuracies(subject.network, held, radii, &context)
    report(0.9)
    let after = try robustAccuracies(hardened, held, radii, &context)
    return TrialOutcome(finding: finding(before, after, radii, held.count), network: hardened)
  }

  /// The robust accuracy under PGD at each radius; at 0 the accuracy.
  private func robustAccuracies(
    _ network: Network, _ data: Dataset, _ radii: [Float], _ context: inout AuditContext
  ) throws -> [Estimate] {
    let labels = Tensor(try data.requiredLabels())
    let batch = network.affordableBatch(atMost: 128)
    let decisions = try network.logits(of: data.inputs, batchSize: batch).decisions()
    var left = (decisions .== labels).nonzeroIndices().squeezed(axes: [1])
    let attack = ProjectedGradientAttack(steps: 40, restarts: 2, batchSize: batch)
    return try radii.map { radius in
      if radius > 0, left.count > 0 {
        let ball = try norm.ball(radius: radius, domain: context.subject.domain)
        let outcome = try attack(
          network, on: data.inputs.gathering(left), labels: labels.gathering(left), within: ball,
          using: &context.generator)
        // Who falls within a ball falls within every larger one.
        left = left.masked(by: !Tensor(outcome.fooled))
      }
      return .proportion(left.count, of: data.count)
    }
  }

  private func finding(
    _ before: [Estimate], _ after: [Estimate], _ radii: [Float], _ count: Int
  ) -> Finding {
    let place = radii.firstIndex(of: radius)!
    let condition = "\(norm.symbol) \(Double(radius).roundedForDisplay)"
    func line(_ name: String, _ values: [Estimate]) -> Figure.Curve.Line {
      .init(
        name: name,
        points: zip(radii, values).map {
          .init(x: Double($0), y: $1.value, low: $1.low, high: $1.high)
        })
    }
    return Finding(
      id: "hardening", title: "Hardening by \(name)", status: .pass,
      summary: "Robust accuracy \(before[place].value.percent) before, "
        + "\(after[place].value.percent) after at \(condition); accuracy "
        + "\(before[0].value.percent) before, \(after[0].value.percent) after, "
        + "on \(count) validation examples.",
      metrics: [
        "robustAccuracyAfter": Metric(
          after[place], unit: .fraction, label: "Robust accuracy after, \(condition)"),
        "robustAccuracyBefore": Metric(
          before[place], unit: .fraction, label: "Robust accuracy before, \(condition)"),
        "accuracyAfter": Metric(after[0], unit: .fraction, label: "Accuracy after"),
        "accuracyBefore": Metric(before[0], unit: .fraction, label: "Accuracy before"),
      ],
      figures: [
        .curve(
          Figure.Curve(
            title: "Robust accuracy before and after",
            x: Figure.Axis("\(norm.symbol) radius"),
            y: Figure.Axis("Robust accuracy", unit: .fraction),
            lines: [line("Before", before), line("After", after)]))
      ],
      advice: after[place].value <= before[place].value
        ? [
          "Hardening by \(name) did not raise robust accuracy: train longer, at another learning "
            + "rate, or with a larger model."
        ] : [],
      notes: [
        "Robust accuracy is measured with PGD, 40 steps and 2 restarts; stronger attacks may find "
          + "more. The model may have been trained on the validation examples before; the hardened "
          + "one gives logits."
      ])
  }
}
