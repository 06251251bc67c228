import Networks
import Tensors

/// The norm of inputs and outputs.
public enum LipschitzNorm: String, Sendable, Hashable, CaseIterable {
  /// The root of the sum of squares.
  case l2
  /// The largest magnitude.
  case linf
}

/// A number that no quotient of distances exceeds, and how it was found.
public struct LipschitzBound: Sendable, Hashable {
  /// Output distance for each unit of input distance; infinite where nothing is known.
  public let value: Double
  public let norm: LipschitzNorm
  /// The name of the method, for reports.
  public let method: String

  public init(_ value: Double, norm: LipschitzNorm, method: String) {
    (self.value, self.norm, self.method) = (value, norm, method)
  }
}

/// How the Lipschitz constant of linear maps inside a network is found.
protocol LinearGains {
  var norm: LipschitzNorm { get }

  /// The gain of `x ↦ x · weightᵀ`, one number.
  func gain(ofMatrix weight: Tensor, at node: Graph.ValueID) -> Tensor

  /// The gain of a convolution of images with `input` as spatial sizes, one number.
  func gain(
    ofKernel kernel: Tensor, _ geometry: ConvolutionGeometry, input: [Int], at node: Graph.ValueID
  ) -> Tensor

  /// The gain of a convolution on a torus in the Euclidean norm, one number.
  func gain(of kernel: Tensor, _ circular: CircularPattern, at node: Graph.ValueID) -> Tensor
}

/// Gains that are proved, in double precision.
struct CertifiedGains: LinearGains {
  let norm: LipschitzNorm
  let gram: GramIteration

  func gain(ofMatrix weight: Tensor, at node: Graph.ValueID) -> Tensor {
    switch norm {
    case .l2: Tensor(scalar: gram.certified(weight))
    case .linf: outward(weight.cast(to: .float64).magnitude().sum(axes: [1]).max(axes: nil), weight)
    }
  }

  func gain(
    ofKernel kernel: Tensor, _ geometry: ConvolutionGeometry, input: [Int], at node: Graph.ValueID
  ) -> Tensor {
    switch norm {
    case .l2: Tensor(scalar: gram.certifiedZeroPaddedNorm(kernel, geometry, input: input))
    case .linf: outward(kernel.rowSums(geometry, input: input).max(axes: nil), kernel)
    }
  }

  func gain(of kernel: Tensor, _ circular: CircularPattern, at node: Graph.ValueID) -> Tensor {
    Tensor(
      scalar: gram.certifiedCircularNorm(kernel, circular.geometry, sizes: circular.torus))
  }

  private func outward(_ sum: Tensor, _ weight: Tensor) -> Tensor {
    sum * (1 + Rounding.sum(weight.count / max(1, weight.size(0))))
  }
}

extension Tensor {
  /// The sum of the magnitudes of the weights that each output of this kernel sees.
  func rowSums(_ geometry: ConvolutionGeometry, input: [Int]) -> Tensor {
    let kernel = cast(to: .float64).magnitude()
    let channels = size(1) * geometry.groups
    return Tensor.ones([1, channels] + input, dtype: .float64)
      .convolved(weight: kernel, bias: nil, geometry)
  }
}
