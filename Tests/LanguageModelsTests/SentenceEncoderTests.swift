import Datasets
import Foundation
import LanguageModels
import Tensors
import TestSupport
import Testing

/// The model's folder, as setting up leaves it.
private let model = TestFiles.package.path + "/.assay/minilm"

@Suite(
  .enabled("the sentence model is not set up") {
    FileManager.default.fileExists(atPath: model + "/vocab.txt")
  })
struct SentenceEncoderTests {
  private func golden() throws -> (texts: [String], tokens: [[Int]], vectors: Tensor) {
    let arrays = try NPZ(reading: TestFiles.golden("sentences.npz"))
    func json<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
      let bytes = try arrays.array(name).elements(as: UInt8.self)
      return try JSONDecoder().decode(type, from: Data(bytes))
    }
    return (
      try json("texts", as: [String].self), try json("tokens", as: [[Int]].self),
      try arrays.array("vectors")
    )
  }

  @Test("Pieces of words are those of the reference tokenizer")
  func tokens() throws {
    let golden = try golden()
    let path = model + "/vocab.txt"
    let tokenizer = try WordPieceTokenizer(
      vocabulary: String(contentsOfFile: path, encoding: .utf8), path: path)
    for (text, tokens) in zip(golden.texts, golden.tokens) {
      #expect(tokenizer.tokens(of: text, limit: 128) == tokens, "\(text.prefix(40))")
    }
    #expect(tokenizer.isPiece("movement") && !tokenizer.isPiece("robusness"))
  }

  @Test("Vectors are those of sentence-transformers within 1e-4, whatever stands beside them")
  func vectors() throws {
    let golden = try golden()
    let encoder = try SentenceEncoder(folder: model, limit: 128)
    let together = try encoder.vectors(of: golden.texts)
    #expect(together.shape == [golden.texts.count, encoder.dimension])
    #expect((together - golden.vectors).magnitude().max().item() < 1e-4)
    let alone = try encoder.vectors(of: [golden.texts[2]])
    #expect((alone - together.rows([2])).magnitude().max().item() < 1e-5)
    #expect(try encoder.vectors(of: []).shape == [0, encoder.dimension])
  }

  @Test("A folder without a model, and a vocabulary without its marks, are named")
  func badModels() throws {
    #expect(throws: LanguageModelError.missingFile(path: "/nowhere/vocab.txt")) {
      try SentenceEncoder(folder: "/nowhere")
    }
    #expect(throws: LanguageModelError.self) {
      try WordPieceTokenizer(vocabulary: "a\nb\n", path: "vocab.txt")
    }
  }
}
