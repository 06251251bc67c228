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
  /// The size of the perturbations to withstand; nil for a method that knows none.
  public var radius: Float?
  /// The group of each example; nil for a method that knows none.
  public var groups: [Int]?
  /// The share of the data that is kept from training.
  public var validation: Double

  /// - Precondition: `validation` is between 0 and 1.
  public init(
    _ name: String, _ method: any HardeningMethod, norm: PerturbationNorm, radius: Float?,
    groups: [Int]? = nil, validation: Double = 0.2
  ) {
    precondition(0 < validation && validation < 1, "a validation share of \(validation)")
    (self.name, self.method, self.norm, self.radius) = (name, method, norm, radius)
    (self.groups, self.validation) = (groups, validation)
  }

  /// The network is the hardened model.
  ///
  /// - Throws: `CheckSkipped` if the model has no parameters to train, or there is too little data,
  ///   `HardeningError` and `GroupError` as well.
  public func run(_ context: inout AuditContext) throws -> TrialOutcome {
    let subject = context.subject
    guard subject.network.parameters.count > 0 else {
      throw CheckSkipped("The model has no parameters that gradients could train.")
    }
    let count = subject.data.count
    if let groups, groups.count != count {
      throw GroupError.unequalLengths(examples: count, groups: groups.count)
    }
    let (training, validating) = split(count, using: &context.generator)
    guard !training.isEmpty, !validating.isEmpty else {
      throw CheckSkipped("\(count) examples are too few to train and to validate.")
    }
    let ball = try radius.map { try norm.ball(radius: $0, domain: subject.domain) }
    let report = context.report
    let hardened = try method.train(
      subject.network,
      on: HardeningData(
        subject.data.subset(training), within: ball,
        groups: groups.map { all in training.map { all[$0] } })
    ) { progress, _ in report(0.8 * progress) }
    let shown = Array(validating.prefix(context.settings.exampleLimit))
    let held = subject.data.subset(shown)
    let radii = radius.map { radius in [0, 0.5, 1, 1.5].map { $0 * radius } } ?? [0]
    let before = try robustAccuracies(subject.network, held, radii, &context)
    report(0.9)
    let after = try robustAccuracies(hardened, held, radii, &context)
    var finding = finding(before, after, radii, held.count)
    if let ball {
      let batch = subject.network.affordableBatch(atMost: 128)
      let vanishing = try hardened.vanishingGradientShare(
        near: held.inputs, labels: Tensor(try held.requiredLabels()), within: ball,
        batchSize: batch, using: &context.generator)
      finding.advice += [adviceOnVanishingGradients(vanishing)].compactMap { $0 }
    }
    if let groups {
      let own = shown.map { groups[$0] }
      for (key, words, network) in [
        ("worstGroupAfter", "after", hardened), ("worstGroupBefore", "before", subject.network),
      ] {
        let worst = try worstGroup(network, held, own)
        finding.metrics[key] = Metric(
          worst.accuracy, unit: .fraction,
          label: "Worst-group accuracy \(words) (group \(worst.group))")
      }
    }
    return TrialOutcome(finding: finding, network: hardened)
  }

  /// The examples to train on and those to validate on, in random order, each group dealt in the same
  /// shares.
  private func split(
    _ count: Int, using generator: inout Generator
  ) -> (training: [Int], validating: [Int]) {
    let order = Array(0..<count).shuffled(using: &generator)
    let members = groups.map { groups in
      Dictionary(grouping: order) { groups[$0] }.sorted { $0.key < $1.key }.map(\.value)
    }
    var (training, validating): ([Int], [Int]) = ([], [])
    for group in members ?? [order] {
      // A group of one is trained on.
      let kept = min(Int((validation * Double(group.count)).rounded()), group.count - 1)
      validating += group.prefix(kept)
      training += group.dropFirst(kept)
    }
    return (training, validating.shuffled(using: &generator))
  }

  /// The group of the lowest accuracy.
  private func worstGroup(
    _ network: Network, _ data: Dataset, _ groups: [Int]
  ) throws -> (group: Int, accuracy: Estimate) {
    let decisions = try network.logits(
      of: data.inputs, batchSize: network.affordableBatch(atMost: 256)
    ).decisions().integers
    let hits = zip(decisions, try data.requiredLabels()).map(==)
    let accuracies = Set(groups).sorted().map { group in
      let members = hits.indices.filter { groups[$0] == group }
      return (
        group: group,
        accuracy: Estimate.proportion(members.count { hits[$0] }, of: members.count)
      )
    }
    return accuracies.min { $0.accuracy.value < $1.accuracy.value }!
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
    var finding = Finding(
      id: "hardening", title: "Hardening by \(name)", status: .pass,
      summary: "Accuracy \(before[0].value.percent) before, \(after[0].value.percent) after, "
        + "on \(count) validation examples.",
      metrics: [
        "accuracyAfter": Metric(after[0], unit: .fraction, label: "Accuracy after"),
        "accuracyBefore": Metric(before[0], unit: .fraction, label: "Accuracy before"),
      ],
      notes: [
        "The model may have been trained on the validation examples before; the hardened one gives "
          + "logits."
      ])
    guard let radius, let place = radii.firstIndex(of: radius) else { return finding }
    let condition = "\(norm.symbol) \(Double(radius).roundedForDisplay)"
    func line(_ name: String, _ values: [Estimate]) -> Figure.Curve.Line {
      .init(
        name: name,
        points: zip(radii, values).map {
          .init(x: Double($0), y: $1.value, low: $1.low, high: $1.high)
        })
    }
    finding.summary =
      "Robust accuracy \(before[place].value.percent) before, \(after[place].value.percent) after "
      + "at \(condition). " + finding.summary
    finding.metrics =
      [
        "robustAccuracyAfter": Metric(
          after[place], unit: .fraction, label: "Robust accuracy after, \(condition)"),
        "robustAccuracyBefore": Metric(
          before[place], unit: .fraction, label: "Robust accuracy before, \(condition)"),
        "accuracyAfter": finding.metrics["accuracyAfter"]!,
        "accuracyBefore": finding.metrics["accuracyBefore"]!,
      ]
    finding.figures = [
      .curve(
        Figure.Curve(
          title: "Robust accuracy before and after",
          x: Figure.Axis("\(norm.symbol) radius"),
          y: Figure.Axis("Robust accuracy", unit: .fraction),
          lines: [line("Before", before), line("After", after)]))
    ]
    if after[place].value <= before[place].value {
      finding.advice.append(
        "Hardening by \(name) did not raise robust accuracy: train longer, at another learning rate, "
          + "or with a larger model.")
    }
    finding.notes.append(
      "Robust accuracy is measured with PGD, 40 steps and 2 restarts; stronger attacks may find more."
    )
    return finding
  }
}
