import Datasets
import Evidence
import ExperimentSettings
import Foundation
import Networks
import Tensors
import TestSupport
import Testing

struct SettingsStandInsTests {
  /// Pieces of one sentence, from different places of it.
  private struct OneSentence: ExperimentData {
    func digest(of set: String, part: DataPart) -> String? { nil }

    func load(_ set: String, part: DataPart) throws -> Dataset {
      let text = Array("the mean of a sample, and its error;\n".utf8).map {
        $0 == UInt8(ascii: "\n") ? 95 : Int($0) - 32
      }
      let pieces = (0..<90).flatMap { start in (0..<65).map { text[(start * 5 + $0) % text.count] }
      }
      return try Dataset(
        name: set, inputs: Tensor(pieces.map(Float.init), shape: [90, 65]))
    }
  }

  private func withDigits(
    _ body: (Digits14, ExperimentContext, TrainedOnce) throws -> Void
  ) throws {
    try TestFiles.withTemporaryFolder { folder in
      let context = EnlargedDigits.context()
      var generator = context.generator
      try body(Digits14(context, using: &generator), context, TrainedOnce(folder: folder))
    }
  }

  @Test("Text goes through symbols and back")
  func docstrings() throws {
    let context = ExperimentContext(seed: 1, scale: .small, data: OneSentence())
    var generator = context.generator
    let text = try Docstrings(context, using: &generator)
    #expect(text.training.tokens.shape == [64, 64] && text.test.tokens.shape == [16, 64])
    let said = Docstrings.text(of: text.training.tokens[0..<1].integers)
    #expect("the mean of a sample, and its error;\n".contains(said.prefix(3)))
    expectClose(
      text.training.tokens.narrowed(axis: 1, from: 1, count: 63),
      text.training.targets.narrowed(axis: 1, from: 0, count: 63), absolute: 0)
  }

  @Test("A character transformer learns, and sees nothing of what comes")
  func characterTransformer() throws {
    try TestFiles.withTemporaryFolder { folder in
      let context = ExperimentContext(seed: 1, scale: .small, data: OneSentence())
      var generator = context.generator
      let text = try Docstrings(context, using: &generator)
      let network = try TrainedOnce(folder: folder).characterTransformer(of: text, context)
      let logits = try network.output(of: text.test.oneHot)
      #expect(text.test.loss(of: logits).item() < log(96) - 1)
      let changed = text.test.tokens.replacingRows(
        at: Tensor([40]), with: .zeros([16, 1], dtype: .int64), axis: 1)
      let other = try network.output(
        of: changed.oneHot(classes: Docstrings.symbols).cast(to: .float32))
      expectClose(
        other.narrowed(axis: 1, from: 0, count: 40),
        logits.narrowed(axis: 1, from: 0, count: 40), absolute: 1e-5)
      #expect(
        (other - logits).narrowed(axis: 1, from: 40, count: 24).magnitude().max().item() > 1e-3)
    }
  }

  @Test("A vision transformer learns shapes, which are easier than few digits")
  func visionTransformer() throws {
    try TestFiles.withTemporaryFolder { folder in
      var generator = Generator(seed: 1)
      let images = try Digits14(
        training: DrawnImages.draw(400, using: &generator),
        validation: DrawnImages.draw(100, using: &generator),
        test: DrawnImages.draw(100, using: &generator))
      let context = EnlargedDigits.context()
      let network = try TrainedOnce(folder: folder).visionTransformer(of: images, context)
      #expect(try DigitSetting.accuracy(network, on: images.test) > 0.25)
    }
  }

  @Test("A diffusion model tells digit and noise apart better than nothing does")
  func diffusion() throws {
    try withDigits { digits, context, cache in
      let model = try DigitDiffusion(of: digits, context, from: cache)
      var generator = Generator(seed: 2)
      let clean = digits.test.inputs * 2 - 1
      let noise = Tensor.normal(clean.shape, using: &generator)
      let times = Tensor.full(0.5, [clean.size(0), 1, 1, 1])
      let (signal, spread) = DigitDiffusion.scales(at: times)
      let noisy = clean * signal + noise * spread
      let found = try model.split(noisy, at: times)
      expectClose(found.clean * signal + found.noise * spread, noisy, absolute: 1e-4)
      // A network that says 0 takes the noisy digit, made darker, for the digit.
      let nothing = (noisy * signal - clean).square().mean().item()
      #expect((found.clean - clean).square().mean().item() < 0.7 * nothing)
      let drawn = try model.draw(3, steps: 5, using: &generator)
      #expect(drawn.shape == [3, 1, 14, 14] && drawn.min().item() >= 0 && drawn.max().item() <= 1)
      var again = Generator(seed: 3)
      var once = Generator(seed: 3)
      expectClose(
        try model.draw(2, steps: 3, using: &again), try model.draw(2, steps: 3, using: &once),
        absolute: 0)
    }
  }

  @Test("A contrastive encoder puts two views of a digit nearer than two digits")
  func contrastive() throws {
    try withDigits { digits, context, cache in
      let encoder = try cache.contrastiveEncoder(of: digits, context)
      var generator = Generator(seed: 4)
      let moved = PlanarShift(degrees: -20...20, pixels: -2...2)
        .applied(to: digits.test, using: &generator)
      func unit(_ inputs: Tensor) throws -> Tensor {
        let rows = try encoder.output(of: inputs)
        return rows / rows.norm(axes: [1]).expandedDimension(at: 1)
      }
      let similarity = try unit(digits.test.inputs).matmul(unit(moved.inputs).transposed())
      #expect(encoder.classes == 64)
      #expect(similarity.diagonal().mean().item() > similarity.mean().item() + 0.02)
    }
  }

  @Test("Two towers find the sentence about a digit")
  func twoTowers() throws {
    try withDigits { digits, context, cache in
      let towers = try TwoTowers(of: digits, context, from: cache)
      let names = (0..<10).map { TwoTowers.sentence(3, about: $0) }
      #expect(names[7] == "a handwritten seven")
      let found = try towers.similarity(of: digits.training.inputs, to: names)
      #expect(found.magnitude().max().item() < 1 + 1e-4)
      let hits = found.argmax(axis: 1) .== Tensor(try digits.training.requiredLabels())
      #expect(hits.cast(to: .float32).mean().item() > 0.2)
      let letters = TwoTowers.characters(of: ["a!", "zz"])
      #expect(letters.argmax(axis: 2)[0..<1].integers.prefix(3) == [1, 0, 0])
      #expect(letters.shape == [2, 28, 27] && letters.sum().item() == 56)
    }
  }
}
