import Datasets
import Models
import Networks
import Tensors
import TestSupport
import Testing

@testable import Attacks

/// `Tests/Golden/make/auto_attack.py` made the golden values with torchattacks, in double precision but
/// for those of FAB.
private let golden = "auto_attack.npz"

/// The balls that the golden values are in.
private func ball(_ norm: PerturbationNorm) throws -> any PerturbationSet {
  try norm.ball(radius: norm == .linf ? 3 / 64 : 5 / 16, domain: 0...1)
}

struct AutoPGDTests {
  private enum Loss: String, CaseIterable {
    case crossEntropy = "ce"
    case ratio = "dlr"
    case targeted
  }

  @Test(
    "From the same start it ends where torchattacks' does",
    arguments: [PerturbationNorm.linf, .l2], [0, 1, 2])
  func parity(_ norm: PerturbationNorm, _ index: Int) throws {
    let digits = try TrainedDigits(golden, .float64)
    let loss = Loss.allCases[index]
    let set = try ball(norm)
    let second = try StandingExamples(digits.network, digits.inputs, labels: digits.labels)
      .classesByScore(atMost: 1)[0]
    var climb = AutoPGDClimb(
      center: digits.inputs, start: try digits.file.array("\(norm.rawValue).start"),
      labels: digits.labels, targets: loss == .targeted ? second : nil, steps: 50, isSparse: false)
    func run(_ set: some PerturbationSet) throws {
      try climb.run(digits.network, within: set) { logits, labels, targets in
        switch loss {
        case .crossEntropy: ClassificationLoss.crossEntropy.perExample(logits, labels: labels)
        case .ratio: LogitsRatioLoss.perExample(logits, labels: labels)
        case .targeted:
          LogitsRatioLoss.perExample(logits, labels: labels, targets: targets!)
        }
      }
    }
    try run(set)
    let name = "\(norm.rawValue).\(loss.rawValue)"
    let isRight = try digits.file.array("\(name).right").cast(to: .bool)
    #expect(climb.isFooled.booleans == (!isRight).booleans)
    let standing = isRight.indicesOfTrue()
    expectClose(
      climb.result.gathering(standing),
      try digits.file.array("\(name).points").gathering(standing), absolute: 1e-5)
  }

  @Test("On an affine classifier it succeeds just above the least radius, and never below")
  func affine() throws {
    for norm in [PerturbationNorm.linf, .l2, .l1] {
      // Few features are too coarse for steps that move a share of them.
      let factor = norm == .l1 ? 2 : 1.02
      for loss in [AutoPGD.Loss.crossEntropy, .targetedLogitsRatio] {
        try expectExactness(of: AutoPGD(loss: loss, steps: 60), norm, classes: 2, above: factor)
      }
    }
  }

  @Test("A loss in units of the spread of scores does not change with their scale")
  func scale() {
    var generator = Generator(seed: 2)
    let logits = Tensor.normal([20, 6], dtype: .float64, using: &generator)
    let labels = Tensor.randomIntegers([20], in: 0..<6, using: &generator)
    let targets = (labels + 1).remainder(dividingBy: Tensor(scalar: 6))
    expectClose(
      LogitsRatioLoss.perExample(logits * 1000, labels: labels),
      LogitsRatioLoss.perExample(logits, labels: labels), absolute: 1e-9)
    expectClose(
      LogitsRatioLoss.perExample(logits * 1000, labels: labels, targets: targets),
      LogitsRatioLoss.perExample(logits, labels: labels, targets: targets), absolute: 1e-9)
    let pair = logits[0..<20].narrowed(axis: 1, from: 0, count: 2)
    let own = Tensor([Int](repeating: 0, count: 20))
    expectClose(
      LogitsRatioLoss.perExample(pair, labels: own),
      pair.selecting(1, axis: 1) - pair.selecting(0, axis: 1), absolute: 0)
  }
}

struct FastAdaptiveBoundaryTests {
  @Test(
    "Points move onto hyperplanes by torchattacks' shortest way", arguments: ["linf", "l2", "l1"])
  func projection(_ norm: String) throws {
    let file = try NPZ(reading: TestFiles.golden(golden))
    func array(_ name: String) throws -> Tensor { try file.array("projection.\(name)") }
    let (points, normals, offsets) = (
      try array("points"), try array("normals"), try array("offsets")
    )
    let project = HyperplaneProjection(norm: PerturbationNorm(rawValue: norm)!, domain: 0...1)
    let moves = project(points, normals: normals, offsets: offsets)
    expectClose(moves, try array(norm), absolute: 1e-5)
    expectClose(((points + moves) * normals).sum(axes: [1]), offsets, absolute: 1e-5)
  }

  @Test("A hyperplane beyond the domain is approached as far as the domain allows")
  func unreachable() {
    let points = Tensor([0.5, 0.5] as [Float], shape: [1, 2])
    for norm in [PerturbationNorm.linf, .l2, .l1] {
      let project = HyperplaneProjection(norm: norm, domain: 0...1)
      let move = project(
        points, normals: Tensor([1, -2] as [Float], shape: [1, 2]), offsets: Tensor([9] as [Float]))
      expectClose(move, Tensor([0.5, -0.5] as [Float], shape: [1, 2]), absolute: 1e-6)
      let still = project(
        points, normals: Tensor([0, 0] as [Float], shape: [1, 2]), offsets: Tensor([0] as [Float]))
      expectClose(still, points.zerosLike(), absolute: 0)
    }
  }

  @Test("It finds points as near as torchattacks' does", arguments: [PerturbationNorm.linf, .l2])
  func parity(_ norm: PerturbationNorm) throws {
    let digits = try TrainedDigits(golden)
    let target = try StandingExamples(digits.network, digits.inputs, labels: digits.labels)
      .classesByScore(atMost: 1)[0]
    func distances(_ set: some PerturbationSet) throws -> (own: Tensor, theirs: Tensor) {
      let found = try FastAdaptiveBoundary(steps: 30).nearest(
        digits.network, to: digits.inputs, labels: digits.labels, target: target, within: set)
      let theirs = try digits.file.array("\(norm.rawValue).fab")
      return (found.distance, set.distance(of: theirs, from: digits.inputs))
    }
    let (own, theirs) = try distances(ball(norm))
    expectClose(own, theirs, absolute: 1e-5, relative: 1e-3)
  }

  @Test("On an affine classifier it succeeds just above the least radius, and never below")
  func affine() throws {
    for norm in [PerturbationNorm.linf, .l2, .l1] {
      try expectExactness(of: FastAdaptiveBoundary(steps: 20), norm, classes: 4)
    }
  }
}

struct AutoAttackTests {
  @Test("No part of it alone fools more", arguments: [PerturbationNorm.linf, .l2, .l1])
  func ensemble(_ norm: PerturbationNorm) throws {
    let digits = try TrainedDigits(golden)
    func fooled(_ attack: some GradientAttack, _ set: some PerturbationSet) throws -> [Bool] {
      var generator = Generator(seed: 3)
      return try attack(
        digits.network, on: digits.inputs, labels: digits.labels, within: set, using: &generator
      ).fooled
    }
    func compare(_ set: some PerturbationSet) throws {
      let all = try fooled(AutoAttack(steps: 20, queries: 100), set)
      #expect(all.contains(true) && all.contains(false))
      for attack in [AutoPGD(steps: 20), AutoPGD(loss: .targetedLogitsRatio, steps: 20)] {
        let alone = try fooled(attack, set)
        #expect(all.count { $0 } >= alone.count { $0 })
      }
    }
    try compare(try norm.ball(radius: [.linf: 0.06, .l2: 0.35, .l1: 1.5][norm]!, domain: 0...1))
  }

  @Test("A model whose slopes are cut off falls to the part that needs none")
  func hiddenGradients() throws {
    let digits = try TrainedDigits(golden)
    var flat = digits.network
    // Scores so large that cross-entropy has no slope left.
    let parameters = digits.network.parameters.values
    let lastLayer = Tensor.range(0..<parameters.count) .>= 60
    flat.parameters = flat.parameters.with(
      values: Tensor.choosing(parameters * 1e4, where: lastLayer, otherwise: parameters))
    let set = try LinfBall(radius: 0.08)
    var generator = Generator(seed: 3)
    func robust(_ attack: some GradientAttack, _ network: Network) throws -> Int {
      try attack(
        network, on: digits.inputs, labels: digits.labels, within: set, using: &generator
      ).fooled.count { !$0 }
    }
    let open = try robust(AutoAttack(steps: 20, queries: 100), digits.network)
    #expect(try robust(AutoAttack(steps: 20, queries: 100), flat) <= open + 1)
    #expect(try robust(AutoPGD(loss: .crossEntropy, steps: 20), flat) > open + 5)
  }

  @Test("Rows that are wrong already stay as they are, and a model of two classes is attacked")
  func edges() throws {
    let network = try Network(input: [4], seed: 2) { Linear(2) }
    var generator = Generator(seed: 1)
    let inputs = Tensor.uniform([8, 4], using: &generator)
    let right = try network.logits(of: inputs).decisions()
    let set = try LinfBall(radius: 0.5)
    let wrong = try AutoAttack(steps: 5, queries: 10)(
      network, on: inputs, labels: 1 - right, within: set, using: &generator)
    expectClose(wrong.candidates, inputs, absolute: 0)
    #expect(wrong.fooled.allSatisfy { $0 })
    let all = try AutoAttack(steps: 20, queries: 50)(
      network, on: inputs, labels: right, within: try LinfBall(radius: 1), using: &generator)
    #expect(all.fooled.contains(true))
    let still = try AutoAttack(steps: 2, queries: 2)(
      network, on: inputs, labels: right, within: try LinfBall(radius: 0), using: &generator)
    #expect(!still.fooled.contains(true))
  }
}

/// Expects that an attack on an affine classifier succeeds at `enough` times the distance
/// to the nearest border, and not at 0.98 times.
private func expectExactness(
  of attack: some GradientAttack, _ norm: PerturbationNorm, classes: Int,
  above enough: Double = 1.02
) throws {
  let network = try Network(input: [6], seed: 5) { Linear(classes) }
  var generator = Generator(seed: 5)
  let inputs = Tensor.normal([10, 6], using: &generator)
  let logits = try network.logits(of: inputs)
  let labels = logits.argmax(axis: 1)
  let weight = network.parameters.tensors[0]
  let normals = weight.expandedDimension(at: 0) - weight.gathering(labels).expandedDimension(at: 1)
  let dual: Double = norm == .linf ? 1 : norm == .l2 ? 2 : .infinity
  let leads = logits.entries(at: labels).expandedDimension(at: 1) - logits
  let isOwn = labels.oneHot(classes: classes).cast(to: .bool)
  let distances = (leads / normals.norm(order: dual, axes: [2]).clamped(from: 1e-12)).replacing(
    with: Tensor(scalar: Float.infinity), where: isOwn
  ).min(axes: [1]).elements(as: Double.self)
  func fooled(_ set: some PerturbationSet, _ row: Int) throws -> Bool {
    try attack(
      network, on: inputs[row..<row + 1], labels: labels[row..<row + 1], within: set,
      using: &generator
    ).fooled[0]
  }
  for (row, distance) in distances.enumerated() {
    for (factor, isEnough) in [(enough, true), (0.98, false)] {
      let ball = try norm.ball(radius: Float(distance * factor), domain: -100...100)
      let isFooled = try fooled(ball, row)
      #expect(isFooled == isEnough, "\(norm) row \(row) at \(factor) of the distance")
    }
  }
}
