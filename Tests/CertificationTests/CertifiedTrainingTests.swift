import Datasets
import Models
import Networks
import Tensors
import TestSupport
import Testing
import Training

@testable import Certification

struct CertifiedTrainingTests {
  /// Two classes far enough apart for a ball of 0.1.
  private static func data(_ count: Int = 128) throws -> Dataset {
    var generator = Generator(seed: 2)
    let labels = (0..<count).map { $0 % 2 }
    let signs = (Tensor(labels) * 2 - 1).cast(to: .float32).expandedDimension(at: 1)
    let inputs = signs * 0.2 + 0.5 + Tensor.normal([count, 8], using: &generator) * 0.05
    return try Dataset(name: "pairs", inputs: inputs.clamped(from: 0, through: 1), labels: labels)
  }

  private static func perceptron() throws -> Network {
    try Network(input: [8], seed: 1) {
      Linear(24)
      ReLU()
      Linear(24)
      ReLU()
      Linear(2)
    }
  }

  private static func residual() throws -> Network {
    try Network(input: [1, 6, 6], seed: 4) {
      Conv2d(4, kernel: 3, padding: 1)
      BatchNorm()
      ReLU()
      Residual {
        Conv2d(4, kernel: 3, padding: 1)
        Activation(.leakyRelu(slope: 0.1))
      }
      AveragePool2d(2)
      Flatten()
      Linear(3)
    }
  }

  private static func pooled() throws -> Network {
    try Network(input: [1, 6, 6], seed: 5) {
      Conv2d(4, kernel: 3, stride: 1)
      Activation(.sigmoid)
      MaxPool2d(2)
      Flatten()
      Linear(3)
      Activation(.tanh)
    }
  }

  @Test("Bounds and margins are those that proofs use", arguments: [0, 1, 2])
  func parity(_ index: Int) throws {
    let network = try [Self.perceptron, Self.residual, Self.pooled][index]()
    var generator = Generator(seed: 3)
    let inputs = Tensor.uniform([5] + network.inputShape, in: 0...1, using: &generator)
    let labels = Tensor([0, 1, 0, 1, 1])
    let ball = try LinfBall(radius: 0.05)
    let box = ball.box(around: inputs)
    let bounds = try network.trainingIntervals(of: [network.graph.output], over: box)[0]
    let proven = try network.intervalBounds(over: box)
    expectClose(bounds.lower, proven.lower, absolute: 1e-5, relative: 1e-5)
    expectClose(bounds.upper, proven.upper, absolute: 1e-5, relative: 1e-5)

    let classes = network.classes!
    let isOwn = labels.oneHot(classes: classes).cast(to: .bool)
    let margins = try network.intervalMargins(over: box, labels: labels)
    let worst = margins.replacing(with: Tensor(scalar: -Float.infinity), where: isOwn)
    let certified = try IntervalCertificate().worstMargins(
      network, inputs, labels: labels, within: ball)
    expectClose(worst.max(axes: [1]), certified, absolute: 1e-5, relative: 1e-5)

    let specification = LinearSpecification.margins(
      labels: [0, 1, 0, 1, 1], classes: classes)
    let linear = try network.bounds(
      over: ball, around: inputs, of: specification, method: .crownInterval)
    let found = try network.crownIntervalMargins(over: box, labels: labels)
    let others = found.replacing(with: Tensor(scalar: -Float.infinity), where: isOwn)
    expectClose(
      -others.max(axes: [1]), linear.lower.min(axes: [1]), absolute: 2e-4, relative: 1e-3)
  }

  @Test(
    "Slopes of the loss are those of differences",
    arguments: [
      CertifiedTraining.Method.interval, .crownInterval(linearShare: Ramp(from: 1, to: 1)),
      .fusedCrownInterval(linearShare: Ramp(from: 1, to: 1)),
    ])
  func slopes(_ method: CertifiedTraining.Method) throws {
    let network = try Self.residual()
    var generator = Generator(seed: 6)
    let inputs = Tensor.uniform([4, 1, 6, 6], in: 0...1, using: &generator)
    let labels = Tensor([0, 1, 2, 0])
    let training = CertifiedTraining(
      method, within: try LinfBall(radius: 0.02), growth: Ramp(from: 1, to: 1),
      naturalShare: Ramp(from: 0.5, to: 0.5))
    func loss(_ values: Tensor) throws -> Tensor {
      var twin = network
      twin.parameters = network.parameters.with(values: values)
      return try training.loss(of: twin, on: inputs, labels: labels, progress: 0.5).mean
    }
    let values = network.parameters.values
    let slope = try Tensors.gradient(at: values, of: loss)
    let direction = slope / slope.norm()
    let step = 1e-2
    let change =
      try loss(values.adding(direction, scaledBy: step)).item()
      - loss(values.adding(direction, scaledBy: -step)).item()
    let expected = slope.norm().item()
    #expect(abs(change / (2 * step) - expected) < 0.03 * expected)
  }

  @Test(
    "The loss that is bounded as a whole is reached nowhere", arguments: [0.001, 0.05] as [Float])
  func fusedLossHolds(radius: Float) throws {
    let network = try Self.residual()
    var generator = Generator(seed: 8)
    let inputs = Tensor.uniform([4, 1, 6, 6], in: 0...1, using: &generator)
    let labels = Tensor([0, 1, 2, 0])
    let ball = try LinfBall(radius: radius)
    let box = ball.box(around: inputs)
    let bound = try network.crossEntropyBound(over: box, labels: labels)
    func losses(_ points: Tensor) throws -> Tensor {
      -(try network.output(of: points).logSoftmax(axis: 1))
        .gatheringElements(labels.expandedDimension(at: 1), axis: 1).squeezed(axes: [1])
    }
    for number in 0..<40 {
      let points =
        number % 2 == 0
        ? box.randomCorner(using: &generator) : ball.randomPoint(around: inputs, using: &generator)
      #expect((try losses(points) .<= bound + 1e-4).all().booleans[0])
    }
    if radius < 0.01 { expectClose(bound, try losses(inputs), absolute: 0.1, relative: 0.1) }
  }

  @Test(
    "Training proves what ordinary training leaves open",
    arguments: [CertifiedTraining.Method.interval, .crownInterval(), .fusedCrownInterval()])
  func proves(_ method: CertifiedTraining.Method) throws {
    let (data, ball) = (try Self.data(), try LinfBall(radius: 0.1))
    let network = try Self.perceptron()
    let recipe = TrainingRecipe(epochs: 12, batchSize: 32, learningRate: 0.02)
    let training = CertifiedTraining(method, within: ball, recipe: recipe, tightnessExamples: 8)
    var reports: [CertifiedTraining.EpochReport] = []
    let trained = try training.train(network, on: data) { reports.append($0) }
    func share(_ network: Network) throws -> Double {
      let marks = try IntervalCertificate().certified(
        network, data.inputs, labels: Tensor(data.labels!), within: ball)
      return Double(marks.count { $0 }) / Double(marks.count)
    }
    #expect(try share(trained) > 0.9)
    #expect(try share(Trainer(recipe).train(network, on: data)) < share(trained))
    #expect(reports.map(\.epoch) == Array(1...12))
    #expect(reports.map(\.radius) == reports.map(\.radius).sorted())
    #expect(abs(reports[11].radius - 0.1) < 1e-6 && reports[11].provenShare > 0.8)
    #expect(reports[11].tightness! > reports[0].tightness!)
    let again = try training.train(network, on: data)
    #expect((again.parameters.values .== trained.parameters.values).all().booleans[0])
  }

  @Test("What cannot be bounded is refused by name before the first step")
  func refusal() throws {
    let data = try Self.data()
    var reports = 0
    let network = try Network(input: [8]) {
      Linear(4)
      Activation(.gelu(approximate: false))
      Linear(2)
    }
    let training = CertifiedTraining(.interval, within: try LinfBall(radius: 0.1))
    let name = network.graph.nodes.first { $0.operation.name == "gelu" }!.name
    #expect {
      try training.train(network, on: data) { _ in reports += 1 }
    } throws: { error in
      guard case NetworkError.unsupported(let node, "gelu", _, _) = error else { return false }
      return node == name
    }
    #expect(reports == 0)
  }

  @Test("A ramp is flat before and after its part of the run")
  func ramp() {
    let ramp = Ramp(from: 1, to: 0.5, over: 0.2...0.6)
    #expect([0, 0.2, 0.4, 0.6, 1].map(ramp.value) == [1, 1, 0.75, 0.5, 0.5])
    #expect(Ramp(from: 0, to: 1, over: 0...0).value(at: 0.1) == 1)
  }
}
