import Datasets
import Evidence
import ExperimentSettings
import Tensors
import TestSupport
import Testing

struct SettingsDigits14Tests {
  @Test("Parts are disjoint, of the sizes that are said, and repeat with their seed")
  func parts() throws {
    let context = EnlargedDigits.context()
    var generator = context.generator
    let digits = try Digits14(context, using: &generator)
    let parts = [digits.training, digits.validation, digits.test]
    #expect(parts.map(\.count) == [200, 100, 100])
    #expect(parts.allSatisfy { $0.featureShape == Digits14.image && $0.classCount == 10 })
    let rows = parts.flatMap { part in (0..<part.count).map { part.inputs[$0..<$0 + 1].scalars } }
    #expect(Set(rows).count == 400)
    var again = context.generator
    #expect(try Digits14(context, using: &again).test.digest == digits.test.digest)
    var other = Generator(seed: 2)
    #expect(try Digits14(context, using: &other).test.digest != digits.test.digest)
  }

  @Test("A pixel is the mean of four")
  func pixels() throws {
    let whole = try EnlargedDigits().load("mnist-5k", part: .test)
    let small = try EnlargedDigits.all()
    #expect(small.count == 2 * whole.count)
    let corner = whole.inputs[7..<8].sliced(axis: 2, from: 10, to: 12)
      .sliced(axis: 3, from: 6, to: 8)
    let pixel = small.inputs[whole.count + 7..<whole.count + 8].selecting(5, axis: 2)
      .selecting(3, axis: 2)
    expectClose(pixel.flattened(), corner.mean().reshaped(to: [1]), absolute: 1e-6)
  }

  @Test("Too few digits for full scale are an error and no smaller experiment")
  func tooFew() {
    let context = ExperimentContext(seed: 1, scale: .full, data: EnlargedDigits())
    #expect(throws: EvidenceError.self) {
      var generator = context.generator
      _ = try Digits14(context, using: &generator)
    }
  }

  @Test(
    "Noisy labels follow the transition matrix",
    arguments: [LabelNoise.symmetric(share: 0.4), .pair(share: 0.3)])
  func labelNoise(_ noise: LabelNoise) throws {
    let data = try EnlargedDigits.all()
    let expected = noise.transition(classes: 10)
    expectClose(expected.sum(axes: [1]), .ones([10], dtype: .float64), absolute: 1e-12)
    var generator = Generator(seed: 3)
    var counts = Tensor.zeros([10, 10], dtype: .float64)
    for _ in 0..<40 {
      let noisy = try noise.applied(to: data, using: &generator)
      let pairs = zip(try data.requiredLabels(), try noisy.requiredLabels()).map { $0 * 10 + $1 }
      counts += Tensor(pairs).oneHot(classes: 100).sum(axes: [0]).reshaped(to: [10, 10])
        .cast(to: .float64)
    }
    expectClose(
      counts / counts.sum(axes: [1], keepingAxes: true), expected, absolute: 0.04)
  }

  @Test("Colors agree with labels at the rate asked for, and hide nothing of the image")
  func color() throws {
    let binary = try EnlargedDigits.all().binary(positive: 5..<10)
    var generator = Generator(seed: 4)
    let colored = try SpuriousColor(binary, agreement: 0.9, using: &generator)
    let labels = try colored.data.requiredLabels()
    let agreement = zip(labels, colored.colors).count { $0 == $1 }
    #expect(abs(Double(agreement) / Double(labels.count) - 0.9) < 0.04)
    #expect(colored.groups == zip(labels, colored.colors).map { $0 * 2 + $1 })
    expectClose(colored.data.inputs.sum(axes: [1], keepingAxes: true), binary.inputs, absolute: 0)
    let brightness = colored.data.inputs.sum(axes: [2, 3]).argmax(axis: 1).integers
    #expect(brightness == colored.colors)
  }

  @Test("Classes shrink by equal factors")
  func imbalance() throws {
    let data = try EnlargedDigits.all()
    var generator = Generator(seed: 5)
    let sizes = try data.imbalanced(ratio: 10, using: &generator).indicesByClass().map(\.count)
    let smallest = try #require(try data.indicesByClass().map(\.count).min())
    #expect(sizes.first == smallest)
    #expect(sizes.last == Int((Double(smallest) / 10).rounded()))
    #expect(sizes == sizes.sorted(by: >))
  }

  @Test("Known classes are numbered anew, unknown ones keep their labels")
  func classSplit() throws {
    let data = try EnlargedDigits.all()
    let split = try ClassSplit(data, known: [7, 2])
    #expect(split.known.classNames == ["7", "2"])
    #expect(split.known.count + split.unknown.count == data.count)
    let classes = try data.indicesByClass()
    #expect(try split.known.indicesByClass().map(\.count) == [classes[7].count, classes[2].count])
    #expect(Set(try split.unknown.requiredLabels()) == [0, 1, 3, 4, 5, 6, 8, 9])
    var generator = Generator(seed: 1)
    #expect(try ClassSplit(data, drawing: 6, using: &generator).known.classCount == 6)
  }

  @Test("Images move right and down, and turn clockwise")
  func shift() throws {
    let data = try EnlargedDigits.all().prefix(20)
    var generator = Generator(seed: 6)
    let moved = PlanarShift(pixels: 2...2).applied(to: data, using: &generator).inputs
    expectClose(
      moved.sliced(axis: 2, from: 2, to: 14).sliced(axis: 3, from: 2, to: 14),
      data.inputs.sliced(axis: 2, from: 0, to: 12).sliced(axis: 3, from: 0, to: 12),
      absolute: 1e-4)
    let turned = PlanarShift(degrees: 90...90).applied(to: data, using: &generator).inputs
    // What was at the top is at the right.
    expectClose(turned, data.inputs.transposed().reversed(axes: [3]), absolute: 1e-4)
  }

  @Test("Corrupted images keep their shape and labels, and differ")
  func corruption() throws {
    let data = try EnlargedDigits.all().prefix(20)
    for corruption in Corruption.applicable(channels: 1) {
      var generator = Generator(seed: 6)
      let corrupted = data.corrupted(by: corruption, severity: 3, using: &generator)
      #expect(corrupted.inputs.shape == data.inputs.shape && corrupted.labels == data.labels)
      #expect(corrupted.digest != data.digest, "\(corruption)")
    }
  }

  @Test("A patch is in the corner of the share asked for, under the target's label")
  func patch() throws {
    let data = try EnlargedDigits.all()
    let patch = CornerPatch(side: 3, target: 4)
    var generator = Generator(seed: 7)
    let (poisonedData, poisoned) = try patch.poisoning(data, share: 0.1, using: &generator)
    #expect(poisoned.count == data.count / 10)
    let (before, after) = (try data.requiredLabels(), try poisonedData.requiredLabels())
    #expect(poisoned.allSatisfy { before[$0] != 4 && after[$0] == 4 })
    let change = (poisonedData.inputs - data.inputs).magnitude().sum(axes: [1])
    #expect(
      change.sum(axes: [1, 2]).nonzeroIndices().flattened().integers.allSatisfy(
        Set(poisoned).contains))
    let corner = poisonedData.inputs.rows(poisoned).sliced(axis: 2, from: 11, to: 14)
      .sliced(axis: 3, from: 11, to: 14)
    #expect(corner.min().item() == 1)
    #expect(change.sliced(axis: 1, from: 0, to: 11).max().item() == 0)
    #expect(!(try patch.victims(of: data).requiredLabels().contains(4)))
  }

  @Test("A bag is positive exactly if it holds the class")
  func bags() throws {
    let data = try EnlargedDigits.all()
    var generator = Generator(seed: 8)
    let bags = try Bags(of: data, positive: 9, size: 6, count: 50, using: &generator)
    #expect(bags.data.inputs.shape == [50, 6, 1, 14, 14])
    #expect(try bags.data.requiredLabels() == bags.witnesses.map { $0.contains(true) ? 1 : 0 })
    #expect(try bags.data.requiredLabels().reduce(0, +) == 25)
  }
}
