import Attacks
import Certification
import Models
import Networks
import Tensors
import TestSupport
import Testing

struct RandomizedSmoothingTests {
  @Test("The radius of a linear classifier is below its distance, and near it")
  func linear() throws {
    var generator = Generator(seed: 1)
    let model = HalfSpace.random(6, using: &generator)
    let inputs = Tensor.normal([8, 6], using: &generator)
    let smoothing = RandomizedSmoothing(sigma: 0.5, samples: 20_000, batchSize: 5000)
    let found = try smoothing.certify(DecisionOnly(model), inputs, using: &generator)
    for (certificate, distance) in zip(found, model.distances(of: inputs).scalars.map(Double.init))
    where abs(distance) > 0.1 {
      #expect(certificate.label == (distance > 0 ? 1 : 0))
      #expect(certificate.radius <= abs(distance), "contradicted")
      // Farther away than two standard deviations, the sample is the limit.
      if abs(distance) < 1 { #expect(certificate.radius > 0.9 * abs(distance) - 0.02) }
    }
  }

  @Test("Of many certificates at one input, no more exceed the distance than were allowed")
  func risk() throws {
    let model = HalfSpace(weight: Tensor([Float(1), 0]), bias: 0)
    let inputs = Tensor([Float(0.3), 0], shape: [1, 2]).broadcast(to: [1000, 2])
    var generator = Generator(seed: 6)
    let smoothing = RandomizedSmoothing(
      sigma: 0.5, samples: 100, selectionSamples: 20, alpha: 0.05, batchSize: 100)
    let found = try smoothing.certify(model, inputs, using: &generator)
    let wrong = found.count { $0.radius > 0.3 || $0.label == 0 }
    #expect(wrong <= 50 + 21, "\(wrong) of 1000 at a risk of 50")
    #expect(found.count { $0.label == 1 } > 800)
  }

  @Test("No attack inside a radius finds another label of the smoothed classifier")
  func attack() throws {
    var generator = Generator(seed: 2)
    let network = try Network(input: [12], seed: 3) { Linear(3) }
    let inputs = Tensor.normal([24, 12], using: &generator)
    let smoothing = RandomizedSmoothing(sigma: 0.25, samples: 1000, batchSize: 1000)
    let found = try smoothing.certify(network, inputs, using: &generator)
    for (row, certificate) in found.enumerated() {
      guard let label = certificate.label else { continue }
      let ball = try L2Ball(radius: Float(certificate.radius), domain: -100...100)
      // What a linear classifier gives one label is convex: smoothing only shortens its distances.
      let outcome = try ProjectedGradientAttack(steps: 20)(
        network, on: inputs[row..<row + 1], labels: Tensor([label]), within: ball,
        using: &generator)
      #expect(outcome.robustAccuracy.value == 1, "row \(row)")
    }
    #expect(found.contains { $0.radius > 0.2 })
  }

  @Test("It abstains where labels are even, and where there are none")
  func abstains() throws {
    var generator = Generator(seed: 5)
    let even = HalfSpace(weight: .ones([4]), bias: 0)
    let smoothing = RandomizedSmoothing(sigma: 1, samples: 200, batchSize: 64)
    let found = try smoothing.certify(even, .zeros([2, 4]), using: &generator)
    #expect(found.allSatisfy { $0.label == nil && $0.radius == 0 })
    let predictions = try smoothing.predictions(of: even, at: .zeros([2, 4]), using: &generator)
    #expect(predictions == [nil, nil])

    let broken = HalfSpace(weight: .full(.nan, [4]), bias: 0)
    #expect(try smoothing.certify(broken, .ones([1, 4]), using: &generator)[0].label == nil)
    #expect(try smoothing.predictions(of: broken, at: .ones([1, 4]), using: &generator) == [nil])
  }

  @Test("Votes for nobody count as copies that disagree")
  func nobody() throws {
    // A third of the copies has a NaN; the others all agree.
    struct Doubting: DecisionOracle {
      func labels(of inputs: Tensor) -> [Int] { (0..<inputs.size(0)).map { $0 % 3 == 0 ? -1 : 7 } }
    }
    var generator = Generator(seed: 5)
    let smoothing = RandomizedSmoothing(sigma: 1, samples: 300, batchSize: 300)
    let found = try smoothing.certify(Doubting(), .zeros([1, 4]), using: &generator)[0]
    let bound = BinomialBound.lower(successes: 200, of: 300, alpha: 0.001)
    #expect(found.label == 7 && found.probabilities == [bound])
    #expect(found.radius == smoothing.radius(atProbability: bound))
  }

  @Test("Predictions are the labels where these are clear")
  func predictions() throws {
    var generator = Generator(seed: 7)
    let model = HalfSpace(weight: Tensor([Float(1), 0]), bias: 0)
    let inputs = Tensor([Float(1), 0, -1, 0], shape: [2, 2])
    let smoothing = RandomizedSmoothing(sigma: 0.5, samples: 200)
    var shares: [Double] = []
    let found = try smoothing.predictions(of: model, at: inputs, using: &generator) {
      shares.append($0)
    }
    #expect(found == [1, 0] && shares == [0.5, 1])
  }

  @Test("The same seed gives the same certificates; queries are as many as stated")
  func reproducible() throws {
    let meter = QueryMeter(HalfSpace(weight: .ones([3]), bias: 0.5))
    let smoothing = RandomizedSmoothing(sigma: 1, samples: 130, selectionSamples: 20)
    let found = try (0..<2).map { _ in
      var generator = Generator(seed: 9)
      return try smoothing.certify(meter, .ones([2, 3]), using: &generator)
    }
    #expect(found[0] == found[1])
    #expect(meter.queries == 2 * 2 * 150)
  }

  @Test("Certified accuracy falls with the radius and counts abstentions as wrong")
  func accuracy() throws {
    var generator = Generator(seed: 8)
    let model = HalfSpace(weight: Tensor([Float(1)]), bias: 0)
    let inputs = Tensor([Float(0.4), 0.8, -0.8, 0], shape: [4, 1])
    let smoothing = RandomizedSmoothing(sigma: 0.5, samples: 5000, batchSize: 1000)
    let found = try smoothing.certify(model, inputs, using: &generator)
    let labels = Tensor([1, 1, 1, 1])
    let shares = found.certifiedAccuracy(atRadii: [0, 0.3, 0.6, 2], labels: labels).map(\.value)
    #expect(shares == [0.5, 0.5, 0.25, 0])
  }

  @Test("A cancelled task stops")
  func cancellation() async {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      var generator = Generator(seed: 0)
      let model = HalfSpace(weight: .ones([2]), bias: 0)
      return try RandomizedSmoothing(sigma: 1).certify(model, .ones([1, 2]), using: &generator)
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
