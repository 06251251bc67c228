import Models
import Networks
import Tensors

/// The linear pieces of a perceptron with rectifiers over a rectangle of its two inputs.
///
/// The rectangle is cut along the border of every neuron, layer by layer: on each polygon that is
/// left every neuron is linear, and so is the network.
struct LinearPieces {
  /// How many pieces meet the rectangle.
  private(set) var count = 0
  /// The largest sum of the slopes' magnitudes on any piece: the exact Lipschitz constant for the
  /// L∞ norm of the input.
  private(set) var steepest = 0.0

  /// A polygon, and the affine map from its points to the values of a layer.
  private struct Piece {
    var corners: [SIMD2<Double>]
    var slopes: [SIMD2<Double>]
    var offsets: [Double]

    /// The part on which `slope · x + offset` is not below 0; nil if it has no area.
    func cut(_ slope: SIMD2<Double>, _ offset: Double) -> [SIMD2<Double>]? {
      let heights = corners.map { (slope * $0).sum() + offset }
      guard heights.contains(where: { $0 > 1e-12 }) else { return nil }
      var kept: [SIMD2<Double>] = []
      for (index, corner) in corners.enumerated() {
        let next = (index + 1) % corners.count
        if heights[index] >= 0 { kept.append(corner) }
        if (heights[index] < 0) != (heights[next] < 0) {
          let share = heights[index] / (heights[index] - heights[next])
          kept.append(corner + (corners[next] - corner) * share)
        }
      }
      return kept
    }
  }

  /// - Precondition: the network is made of linear layers with rectifiers between them, from two
  ///   inputs to one output.
  init(of network: Network, over box: Box) {
    let tensors = network.parameters.tensors.map { $0.cast(to: .float64) }
    let ends = [box.lower, box.upper].map { $0.cast(to: .float64).elements(as: Double.self) }
    let corners = [(0, 0), (1, 0), (1, 1), (0, 1)].map { SIMD2(ends[$0.0][0], ends[$0.1][1]) }
    var pieces = [Piece(corners: corners, slopes: [[1, 0], [0, 1]], offsets: [0, 0])]
    for place in stride(from: 0, to: tensors.count, by: 2) {
      let rows = (0..<tensors[place].size(0)).map { tensors[place][$0].elements(as: Double.self) }
      let bias = tensors[place + 1].elements(as: Double.self)
      pieces = pieces.map { piece in
        var next = piece
        next.slopes = rows.map { row in
          zip(row, piece.slopes).reduce(.zero) { $0 + $1.1 * $1.0 }
        }
        next.offsets = zip(rows, bias).map { row, bias in
          zip(row, piece.offsets).reduce(bias) { $0 + $1.0 * $1.1 }
        }
        return next
      }
      guard place + 2 < tensors.count else { break }
      for neuron in rows.indices {
        pieces = pieces.flatMap { Self.halves(of: $0, at: neuron) }
      }
    }
    count = pieces.count
    steepest = pieces.map { abs($0.slopes[0].x) + abs($0.slopes[0].y) }.max() ?? 0
  }

  /// The parts on which a neuron is on and off.
  private static func halves(of piece: Piece, at neuron: Int) -> [Piece] {
    let (slope, offset) = (piece.slopes[neuron], piece.offsets[neuron])
    var off = piece
    (off.slopes[neuron], off.offsets[neuron]) = (.zero, 0)
    let sides = [(piece.cut(slope, offset), piece), (piece.cut(-slope, -offset), off)]
    return sides.compactMap { corners, half in
      guard let corners else { return nil }
      return Piece(corners: corners, slopes: half.slopes, offsets: half.offsets)
    }
  }
}
