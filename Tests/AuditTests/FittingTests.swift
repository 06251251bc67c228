import Datasets
import Networks
import Tensors
import Testing

@testable import Audit

/// Data are bridged to a network's shape only where there is one way to do so.
struct FittingTests {
  private func data(_ shape: Shape) throws -> Dataset {
    let count = shape.reduce(2, *)
    return try Dataset(
      name: "ramp", inputs: Tensor.range(0..<count, dtype: .float32).reshaped(to: [2] + shape))
  }

  private func network(_ shape: Shape) throws -> Network {
    try Network(input: shape) {
      Flatten()
      Linear(2)
    }
  }

  @Test(
    "Memory is not reinterpreted; the layout that would fit is proposed",
    arguments: [
      ([16, 16, 3], [3, 16, 16], DataLayout.nhwc), ([3, 16, 16], [16, 16, 3], .nchw),
      ([48], [3, 4, 4], .nchw), ([48], [4, 4, 3], .nhwc), ([4, 6], [6, 4], nil),
    ] as [(Shape, Shape, DataLayout?)])
  func refused(_ shape: Shape, _ wanted: Shape, _ proposal: DataLayout?) throws {
    #expect(
      throws: AuditError.unknownLayout(data: shape, network: wanted, proposal: proposal)
    ) { try data(shape).fitted(to: network(wanted)) }
  }

  @Test(
    "Axes of size 1 and flattening are bridged, and said",
    arguments: [
      ([8, 8], [1, 8, 8]), ([1, 8, 8], [8, 8, 1]), ([1, 8, 8], [64]), ([64], [1, 8, 8]),
      ([3, 4, 4], [48]),
    ] as [(Shape, Shape)])
  func bridged(_ shape: Shape, _ wanted: Shape) throws {
    let source = try data(shape)
    let fitted = try source.fitted(to: network(wanted))
    #expect(fitted.data.featureShape == wanted)
    #expect(fitted.data.inputs.elements(as: Float.self) == source.inputs.elements(as: Float.self))
    #expect(fitted.note == "Examples of shape \(shape) were read as \(wanted).")
  }

  @Test("With a layout, images are transposed, flat ones too")
  func transposed() throws {
    let source = try data([4, 5, 3])
    let fitted = try source.fitted(to: network([3, 4, 5]), layout: .nhwc)
    let (image, original) = (fitted.data.inputs[1], source.inputs[1])
    for (channel, row, column) in [(0, 0, 0), (2, 3, 4), (1, 2, 0)] {
      #expect(image[channel][row][column].item() == original[row][column][channel].item())
    }
    let flat = try data([60]).fitted(to: network([3, 4, 5]), layout: .nhwc)
    #expect(
      flat.data.inputs.elements(as: Float.self) == fitted.data.inputs.elements(as: Float.self))
    #expect(
      flat.note == "Examples of shape [60] were read as [4, 5, 3] and transposed to [3, 4, 5].")
    let back = try data([3, 4, 5]).fitted(to: network([4, 5, 3]), layout: .nchw)
    #expect(
      DataLayout.nhwc.moved(back.data.inputs).elements(as: Float.self) == (0..<120).map(Float.init))
  }

  @Test("Another number of features is refused whatever the layout")
  func wrongSize() throws {
    #expect(throws: NetworkError.self) {
      try data([16, 16, 3]).fitted(to: network([3, 8, 8]), layout: .nhwc)
    }
  }
}
