import Evidence
import Networks
import Tensors
import Training

/// An encoder of digits and one of short texts about them, whose vectors have a common meaning: what
/// a text says of an image is the cosine of the angle between their vectors.
///
/// - Source: "Learning Transferable Visual Models From Natural Language Supervision" (2021), section
///   2.3; here a batch holds a class more than once, so that every pair of one class is a match.
package struct TwoTowers: Sendable {
  /// From `[batch, 1, 14, 14]` to `[batch, 32]`.
  package let images: Network
  /// From characters, `[batch, 28, 27]`, to `[batch, 32]`.
  package let texts: Network

  /// What a class is called, by label.
  package static let names = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
  ]
  /// What is said of a class; `#` stands for its name.
  package static let sentences = [
    "#", "a #", "the digit #", "a handwritten #", "a photo of a #", "the number #",
  ]

  /// Trains both encoders, or takes them from their file.
  ///
  /// - Throws: what training throws, and `NetworkError`.
  package init(
    of digits: Digits14, _ context: ExperimentContext, from cache: TrainedOnce
  ) throws {
    let start = [
      try Network(input: digits.training.featureShape, seed: context.seed) {
        Conv2d(16, kernel: 3, padding: 1)
        ReLU()
        MaxPool2d(2)
        Conv2d(32, kernel: 3, padding: 1)
        ReLU()
        MaxPool2d(2)
        Flatten()
        Linear(32)
      },
      try Network(input: [Self.length, Self.alphabet.count], seed: context.seed) {
        Flatten()
        Linear(64)
        ReLU()
        Linear(32)
      },
    ]
    let recipe = TrainingRecipe(epochs: 8, seed: context.seed)
    let labels = Tensor(try digits.training.requiredLabels())
    let trained = try cache.networks(
      "two-towers", from: start, on: [digits.training], by: recipe
    ) {
      var generator = Generator(seed: recipe.seed)
      return try recipe.trainTogether(
        $0, examples: digits.training.count, using: &generator
      ) { towers, rows, generator in
        let classes = labels.gathering(rows)
        let said = classes.integers.map {
          Self.sentence(Int.random(in: 0..<Self.sentences.count, using: &generator), about: $0)
        }
        let similarity = Self.unit(
          try towers[0].output(of: digits.training.inputs.gathering(rows))
        ).matmul(Self.unit(try towers[1].output(of: Self.characters(of: said))).transposed())
        return Self.mismatch(similarity * 10, of: classes)
      }
    }
    (images, texts) = (trained[0], trained[1])
  }

  /// Returns the cosine for each image and text.
  ///
  /// - Shape: `images` `[images, 1, 14, 14]`; the result is `[images, texts]`.
  /// - Throws: `NetworkError.inputMismatch`.
  package func similarity(of inputs: Tensor, to sentences: [String]) throws -> Tensor {
    Self.unit(try images.output(of: inputs))
      .matmul(Self.unit(try texts.output(of: Self.characters(of: sentences))).transposed())
  }

  /// What sentence number `index` says of a class.
  package static func sentence(_ index: Int, about label: Int) -> String {
    sentences[index].replacing("#", with: names[label])
  }

  /// How many characters a text has at most; what comes after is not read.
  package static let length = 28
  private static let alphabet = Array(" abcdefghijklmnopqrstuvwxyz")

  /// Texts as rows with one 1 each; what is no small letter counts as a space.
  ///
  /// - Shape: `[texts, 28, 27]`.
  package static func characters(of texts: [String]) -> Tensor {
    let codes = texts.flatMap { text in
      let known = text.prefix(length).map { alphabet.firstIndex(of: $0) ?? 0 }
      return known + Array(repeating: 0, count: length - known.count)
    }
    return Tensor(codes).oneHot(classes: alphabet.count).cast(to: .float32)
      .reshaped(to: [texts.count, length, alphabet.count])
  }

  private static func unit(_ rows: Tensor) -> Tensor {
    rows / (rows.square().sum(axes: [1], keepingAxes: true) + 1e-12).squareRoot()
  }

  /// The mean cross-entropy of images' texts and texts' images, against an even share for every pair
  /// of one class.
  private static func mismatch(_ logits: Tensor, of classes: Tensor) -> Tensor {
    let matches = (classes.expandedDimension(at: 1) .== classes.expandedDimension(at: 0))
      .cast(to: .float32)
    // The matrix of matches is symmetric, and so are its shares for rows and for columns.
    let byRow = matches / matches.sum(axes: [1], keepingAxes: true)
    let losses = [logits, logits.transposed()].map {
      (byRow * $0.logSoftmax(axis: 1)).sum(axes: [1]).mean().negated()
    }
    return (losses[0] + losses[1]) / 2
  }
}
