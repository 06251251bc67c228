import Networks
import Tensors

/// A part of a graph that is a convolution on a torus: circular padding, then a convolution.
///
/// By themselves, padding seems to repeat pixels and the convolution to see a larger image. Together
/// they are a circular convolution of the image before the padding, of whose outputs a part is kept,
/// each at most once; where the padding begins only turns the torus.
struct CircularPattern {
  /// The value before the padding, `[batch, channels] + torus`.
  let source: Graph.ValueID
  let torus: [Int]
  let geometry: ConvolutionGeometry
  private let widths: [PaddingWidth]

  init?(endingAt id: Graph.ValueID, in graph: Graph) {
    let node = graph.nodes[id]
    guard case .convolution(let geometry) = node.operation,
      geometry.padding.allSatisfy({ $0 == 0 }),
      case .pad(let widths, .circular) = graph.nodes[node.operands[0]].operation,
      widths.prefix(2).allSatisfy({ $0.before == 0 && $0.after == 0 }),
      widths.allSatisfy({ $0.before >= 0 && $0.after >= 0 })
    else { return nil }
    let source = graph.nodes[node.operands[0]].operands[0]
    let (torus, outputs) = (graph.nodes[source].type.shape.spatial, node.type.shape.spatial)
    let isWithin = torus.indices.allSatisfy {
      let stride = geometry.stride[$0]
      return torus[$0].isMultiple(of: stride) && outputs[$0] <= torus[$0] / stride
    }
    guard isWithin else { return nil }
    (self.source, self.torus, self.geometry) = (source, torus, geometry)
    self.widths = Array(widths.dropFirst(2))
  }

  /// The images with the padding around them.
  ///
  /// - Shape: `[batch, channels] + torus`, larger afterwards.
  func padded(_ images: Tensor) -> Tensor {
    images.padded(widths.map { ($0.before, $0.after) }, mode: .circular)
  }
}
