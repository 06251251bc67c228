import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

/// Writes constant images, by path, into a folder.
private func withImages<Result>(
  _ images: [String: Tensor], _ body: (String) throws -> Result
) throws -> Result {
  try TestFiles.withTemporaryFolder { folder in
    for (path, image) in images {
      let place = URL(filePath: folder).appending(path: path)
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      let isPNG = path.hasSuffix("png")
      try (isPNG ? PNG.encode(image) : JPEG.encode(image, quality: 95)).write(to: place)
    }
    return try body(folder)
  }
}

private func gray(_ value: Double, _ shape: Shape = [1, 4, 6]) -> Tensor {
  Tensor.full(value, shape)
}

@Test("Folders are classes, and images are read in the order of their names")
func imageFolder() throws {
  let images = [
    "dog/b.png": gray(0.2), "dog/a.jpg": gray(0.4), "cat/c.PNG.png": gray(1),
    ".hidden/a.png": gray(0),
  ]
  try withImages(images) { folder in
    try Data("notes".utf8).write(to: URL(filePath: folder + "/dog/readme.txt"))
    let data = try DatasetLoader().load(path: folder)
    #expect(data.classNames == ["cat", "dog"])
    #expect(data.labels == [0, 1, 1])
    #expect(data.inputs.shape == [3, 1, 4, 6])
    expectClose(data.inputs.mean(axes: [1, 2, 3]), Tensor([1 as Float, 0.4, 0.2]), absolute: 0.01)
  }
}

@Test("One colored image gives all three channels")
func mixedColors() throws {
  let red = Tensor([1 as Float, 0, 0], shape: [3, 1, 1]).broadcast(to: [3, 4, 6])
  let data = try withImages(["a/1.png": gray(0.4), "a/2.png": red]) {
    try Dataset(imageFolder: $0)
  }
  expectClose(
    data.inputs.mean(axes: [2, 3]), Tensor([0.4 as Float, 0.4, 0.4, 1, 0, 0], shape: [2, 3]),
    absolute: 1e-6)
}

@Test("Unequal sizes are an error, or are brought to one size")
func unequalSizes() throws {
  try withImages(["a/1.png": gray(0.2), "a/2.png": gray(0.6, [1, 8, 8])]) { folder in
    #expect(
      throws: DataError.unequalSizes(path: folder + "/a/2.png", size: [8, 8], expected: [4, 6])
    ) { try Dataset(imageFolder: folder) }
    let data = try DatasetLoader(imageHeight: 5, imageWidth: 3).load(path: folder)
    #expect(data.inputs.shape == [2, 1, 5, 3])
    expectClose(
      data.inputs.mean(axes: [1, 2, 3]), Tensor([0.2 as Float, 0.6]), absolute: 1e-6)
  }
}

@Test("Folders without images, and files that are none, are refused")
func badImageFolders() throws {
  try withImages(["a/1.png": gray(0.2)]) { folder in
    #expect(throws: DataError.noExamples(path: folder + "/a")) {
      try Dataset(imageFolder: folder + "/a")
    }
    try Data("not a picture".utf8).write(to: URL(filePath: folder + "/a/2.png"))
    #expect(
      throws: DataError.badImage(path: folder + "/a/2.png", reason: "it is neither PNG nor JPEG")
    ) { try Dataset(imageFolder: folder) }
    var limits = DataLimits()
    limits.bytes = 40
    #expect(throws: DataError.tooLarge(path: folder, what: "pixels", size: 24, limit: 10)) {
      try Dataset(imageFolder: folder, limits: limits)
    }
  }
}
