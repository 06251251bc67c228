import Foundation
import Networks
import Synchronization
import Tensors

/// Turns texts into vectors, so that texts of like meaning get vectors of small angle.
///
/// The model is a BERT whose last values are averaged over the text and scaled to length 1; its
/// numbers are those of all-MiniLM-L6-v2 or another of the same form.
///
/// - Source: "Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks" (2019), section 3;
///   "MiniLM: Deep Self-Attention Distillation" (2020) for the small model.
public final class SentenceEncoder: Sendable {
  /// The model's name, which vectors are kept under: those of two models do not compare.
  public let name: String
  /// The length of a vector.
  public let dimension: Int
  /// The most pieces of words that are read of a text; what follows them is left out.
  public let limit: Int
  public let tokenizer: WordPieceTokenizer
  /// One network for each length of text, all with the same parameters.
  private let networks: Mutex<[Int: Network]>
  private let model: SentenceModel

  /// Reads a model from a folder with `model.safetensors` and `vocab.txt`.
  ///
  /// - Throws: `LanguageModelError`, `NetworkError`.
  public init(folder: String, limit: Int = 256) throws {
    let path = folder + "/vocab.txt"
    guard let data = FileManager.default.contents(atPath: path) else {
      throw LanguageModelError.missingFile(path: path)
    }
    tokenizer = try WordPieceTokenizer(
      vocabulary: String(decoding: data, as: UTF8.self), path: path)
    model = try SentenceModel(
      SafeTensors(reading: folder + "/model.safetensors"), path: folder + "/model.safetensors")
    self.limit = min(limit, model.positions)
    dimension = model.width
    name = "\(URL(fileURLWithPath: folder).lastPathComponent)/\(self.limit)"
    networks = Mutex([:])
  }

  /// Returns one vector of length 1 a text.
  ///
  /// Texts of like length are encoded together.
  ///
  /// - Shape: `[texts, dimension]`.
  /// - Throws: `CancellationError` between batches.
  public func vectors(
    of texts: [String], progress: (Double) -> Void = { _ in }
  ) throws -> Tensor {
    let tokens = texts.map { tokenizer.tokens(of: $0, limit: limit) }
    let order = tokens.indices.sorted { tokens[$0].count < tokens[$1].count }
    var pieces: [Tensor] = []
    var start = 0
    while start < order.count {
      try Task.checkCancellation()
      // A batch has some two thousand tokens, padded to the longest text.
      var end = start
      var length = 0
      while end < order.count {
        let next = Self.padded(tokens[order[end]].count)
        guard end == start || next * (end - start + 1) <= 2048 else { break }
        (length, end) = (next, end + 1)
      }
      let rows = order[start..<end].flatMap { index in
        tokens[index] + Array(repeating: tokenizer.padding, count: length - tokens[index].count)
      }
      let batch = Tensor(rows, shape: [end - start, length])
      pieces.append(try network(length: length).output(of: batch))
      progress(Double(end) / Double(order.count))
      start = end
    }
    guard !pieces.isEmpty else { return .zeros([0, dimension]) }
    var places = [Int](repeating: 0, count: order.count)
    for (place, index) in order.enumerated() { places[index] = place }
    return Tensor.concatenating(pieces, axis: 0).rows(places)
  }

  /// The lengths for which networks are made: a few are enough, and little is padded in vain.
  private static func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

  private func network(length: Int) throws -> Network {
    try networks.withLock { networks in
      if let network = networks[length] { return network }
      let network = try model.network(length: length, sharing: networks.values.first)
      networks[length] = network
      return network
    }
  }
}
