import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

@Test("A missing path is missing input, anything else is bad data")
func missingInput() throws {
  let error = #expect(throws: DataError.self) { try DatasetLoader().load(path: "/no/such.npz") }
  #expect(error == .missingFile(path: "/no/such.npz"))
  #expect(error?.isMissingInput == true)
  try TestFiles.withTemporaryFolder { folder in
    for (name, text) in [("a.bin", "what"), ("b.npz", "PK"), ("c.npy", ""), ("d.csv", "")] {
      try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
      let error = #expect(throws: DataError.self) {
        try DatasetLoader().load(path: "\(folder)/\(name)")
      }
      #expect(error?.isMissingInput == false, "\(name)")
    }
  }
}

@Test("Content decides before the name")
func contentFirst() throws {
  try TestFiles.withTemporaryFolder { folder in
    try NPZ.write(["x": Tensor.zeros([2, 3])], to: folder + "/data.csv")
    #expect(try DatasetLoader().load(path: folder + "/data.csv").inputs.shape == [2, 3])
    try NPY.write(Tensor.zeros([2, 3]), to: folder + "/data.bin")
    #expect(try DatasetLoader().load(path: folder + "/data.bin").labels == nil)
    try Data("a,kind\n1,0\n".utf8).write(to: URL(filePath: folder + "/t.csv"))
    #expect(try DatasetLoader(labelColumn: "a").load(path: folder + "/t.csv").labels == [1])
  }
}

@Test("A pipe is no file, and does not hang")
func pipes() throws {
  try TestFiles.withTemporaryFolder { folder in
    #expect(mkfifo(folder + "/p.npz", 0o600) == 0)
    #expect(
      throws: DataError.unreadable(path: folder + "/p.npz", reason: "it is not a file")
    ) { try DatasetLoader().load(path: folder + "/p.npz") }
  }
}

@Test("Every error is one line, also for names full of control characters")
func errorsAreOneLine() {
  let errors: [DataError] = [
    .missingFile(path: "a\nb"), .unsafeEntryName(path: "p", entry: "..\u{1b}[31m\n"),
    .missingArray(path: "p", wanted: ["x", "y"], available: []),
    .unsupportedType(path: "p", type: String(repeating: "z", count: 5000)),
    .unequalSizes(path: "p", size: [1, 2], expected: [3, 4]),
  ]
  for error in errors {
    #expect(!error.description.contains { $0.isNewline || $0 == "\u{1b}" })
    #expect(error.description.count < 300)
  }
  #expect(
    errors[2].description == "'p' has no array named 'x' or 'y'. It has: nothing.")
  #expect(errors[4].description == "Image 'p' is 1×2, the others 3×4. Ask for a common size.")
}
