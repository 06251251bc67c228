import Datasets
import Evidence
import Tensors

/// Technical English: the comments of scikit-learn's functions, character by character.
package struct Docstrings: Sendable {
  /// Pieces of 64 characters, each to be predicted from those before it: 6,000 at full scale, 64 at
  /// small scale.
  package let training: TokenTask
  /// Other pieces: 500 at full scale, 16 at small scale. Comments repeat phrases, so that much of
  /// what is here is there too.
  package let test: TokenTask
  /// The pieces of both, which decide what is trained.
  package let pieces: Dataset

  /// Space to tilde, and the end of a line.
  package static let symbols = 96
  /// How many characters a piece has to predict.
  package static let length = 64

  /// Deals the pieces.
  ///
  /// - Throws: `EvidenceError.missingData` and `DataError`.
  package init(_ context: ExperimentContext, using generator: inout Generator) throws {
    let (learned, tested) = context.isFull ? (6000, 500) : (64, 16)
    pieces = try context.data.load("docstrings", part: .train).shuffled(using: &generator)
      .prefix(learned + tested)
    guard pieces.count > learned, pieces.featureShape == [Self.length + 1] else {
      throw EvidenceError.damaged(
        path: pieces.name, reason: "it has \(pieces.count) pieces of shape \(pieces.featureShape)")
    }
    let all = Self.task(pieces.inputs.cast(to: .int64))
    training = all.batch(.range(0..<learned))
    test = all.batch(.range(learned..<pieces.count))
  }

  private static func task(_ characters: Tensor) -> TokenTask {
    TokenTask(
      tokens: characters.narrowed(axis: 1, from: 0, count: length),
      targets: characters.narrowed(axis: 1, from: 1, count: length),
      isScored: .ones([characters.size(0), length], dtype: .bool), symbols: symbols)
  }

  /// The text of a piece's symbols.
  package static func text(of symbols: [Int]) -> String {
    String(
      String.UnicodeScalarView(
        symbols.map { $0 == Self.symbols - 1 ? "\n" : Unicode.Scalar(UInt8($0 + 32)) }))
  }
}
