import Foundation
import Tensors
import Testing

@testable import Datasets

struct DigestTests {
  @Test("The digest of three letters is the standard's example")
  func example() {
    let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(FileDigest.sha256(of: Data("abc".utf8)) == expected)
  }

  @Test("A data set's digest tells inputs, labels and order, but not names")
  func datasets() throws {
    func digest(
      _ inputs: [Float], _ labels: [Int]?, name: String = "a", shape: [Int] = [4, 2]
    ) throws -> String {
      try Dataset(name: name, inputs: Tensor(inputs, shape: shape), labels: labels).digest
    }
    let inputs: [Float] = [1, 2, 3, 4, 5, 6, 7, 8]
    let same = try digest(inputs, [0, 1, 0, 1])
    #expect(try digest(inputs, [0, 1, 0, 1], name: "b") == same)
    let others = try [
      digest([3, 4, 1, 2, 5, 6, 7, 8], [0, 1, 0, 1]), digest(inputs, [1, 0, 0, 1]),
      digest(inputs, nil), digest(inputs, [0, 1, 0, 1], shape: [4, 1, 2]),
    ]
    #expect(Set(others + [same]).count == 5)
  }

  @Test("Every example counts, however many there are")
  func blocks() throws {
    var digests: Set<String> = []
    for odd in [nil, 0, 4095, 4096, 4999] {
      let values = (0..<5000).map { $0 == odd ? Float(1) : 0 }
      digests.insert(try Dataset(name: "a", inputs: Tensor(values, shape: [5000, 1])).digest)
    }
    #expect(digests.count == 5)
  }
}
