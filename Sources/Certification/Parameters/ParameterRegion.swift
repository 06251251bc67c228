import Models
import Networks
import Tensors

/// The values of perturbed parameters, one tensor after the other.
///
/// They also hold what the precision that parameters are stored in makes of a perturbed one.
///
/// - Shape: `[parameters]`, in double precision.
struct ParameterRegion: Sendable {
  /// The perturbed tensors, by their index.
  let indices: [Int]
  let box: Box
  /// Blocks in norm balls; empty where every parameter is perturbed by itself.
  let blocks: [JointPerturbation.Block]
  /// How far each parameter is perturbed by itself, beside the blocks' perturbations: by rounding.
  let rest: Tensor

  /// - Throws: `NetworkError.missingParameter`, for the first name that the network does not have.
  init(_ ball: ParameterBall, of parameters: Parameters) throws {
    let names = parameters.layout.names
    if let stranger = ball.radii.keys.sorted().first(where: { !names.contains($0) }) {
      throw NetworkError.missingParameter(name: stranger, available: names)
    }
    var tensors: [(index: Int, box: Box, rest: Tensor)] = []
    var blocks: [JointPerturbation.Block] = []
    var start = 0
    for (index, (name, tensor)) in zip(names, parameters.tensors).enumerated() {
      let radius = ball.radii[name] ?? ball.others
      guard radius > 0, tensor.dtype.isFloatingPoint else { continue }
      let value = tensor.cast(to: .float64).flattened()
      let scale = ball.scale == .relative ? value.magnitude() : nil
      let move = scale.map { $0 * radius } ?? value.filled(with: Double(radius))
      let share = tensor.dtype == .float64 ? DType.float64.slack : 0x1p-23
      let slack = Tensor.choosing(
        (value.magnitude() + move) * share, where: move .> 0, otherwise: move)
      let box = Box(lower: value - (move + slack), upper: value + (move + slack))
      // Twice, for the center of the box is rounded too.
      tensors.append((index, box, slack * 2))
      if let set = try ball.set(radius: radius) {
        blocks.append(.init(set: set, start: start, shape: [value.count], scale: scale))
      }
      start += value.count
    }
    func joined(_ pieces: [Tensor]) -> Tensor {
      pieces.isEmpty ? .zeros([0], dtype: .float64) : .concatenating(pieces)
    }
    box = Box(lower: joined(tensors.map(\.box.lower)), upper: joined(tensors.map(\.box.upper)))
    (indices, rest, self.blocks) = (tensors.map(\.index), joined(tensors.map(\.rest)), blocks)
  }

  /// Boxes of the tensors, by their index, in the shapes that they have.
  func boxes(of parameters: Parameters) -> [Int: Box] {
    guard !indices.isEmpty else { return [:] }
    let shapes = indices.map { parameters.layout.shapes[$0] }
    func pieces(_ ends: Tensor) -> [Tensor] {
      zip(ends.split(sizes: shapes.map { $0.reduce(1, *) }, axis: 0), shapes).map {
        $0.reshaped(to: $1)
      }
    }
    let boxes = zip(pieces(box.lower), pieces(box.upper)).map { Box(lower: $0, upper: $1) }
    return Dictionary(uniqueKeysWithValues: zip(indices, boxes))
  }
}

extension ParameterBall {
  /// The set of a tensor's perturbations around 0, or nil if each parameter is perturbed by itself.
  fileprivate func set(radius: Float) throws(PerturbationError) -> (any PerturbationSet)? {
    let everything = -Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude
    return switch norm {
    case .linf: nil
    case .l2: try L2Ball(radius: radius, domain: everything)
    case .l1: try L1Ball(radius: radius, domain: everything)
    }
  }
}
