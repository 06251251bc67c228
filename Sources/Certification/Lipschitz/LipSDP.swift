import Foundation
import Networks
import Tensors

/// Bounds the Lipschitz constant of a chain of linear maps and activations by a semidefinite
/// program over all layers at once.
///
/// Each activation is described by quadratic constraints that every pair of points meets: slopes
/// within a range; or, for groups of features, that no distance grows and that a part of each group
/// (the sum, for sorting; everything along the plane, for a reflection) is kept.
///
/// - Soundness: the solver is not trusted. Its multipliers are made feasible, the matrix inequality
///   is proved in double precision by a Cholesky factorization with a margin for rounding, and what
///   it lacks of zero is paid for by adding to each layer the constraint that its activation is
///   Lipschitz, which raises the bound by a share of the solver's tolerance. The smaller of this
///   bound and the product bound is returned.
/// - Source: "Efficient and Accurate Estimation of Lipschitz Constants for Deep Neural Networks"
///   (2019), theorem 2, for slopes; "Novel Quadratic Constraints for Extending LipSDP beyond
///   Slope-Restricted Activations" (2024), lemmas 1 and 2 and theorems 1 to 4, for groups and for
///   the largest magnitude. The multipliers γ, ν and τ of these lemmas belong to equations, and the
///   best of them are infinite; instead the equations are solved, which is the limit (Finsler's
///   lemma) and leaves a smaller program. The proof by factorization is that of "Verification of
///   positive definiteness" (2006).
public struct LipSDP: Sendable, Hashable {
  /// What stands between two linear maps.
  public enum Activation: Sendable, Hashable {
    /// Any function of one feature at a time with slopes in this range.
    case slopes(ClosedRange<Double>)
    /// Each group of so many neighboring features is sorted, in either order.
    case groupSort(Int)
    /// Groups as long as this normal, of length 1, are reflected at its plane where they lie
    /// behind.
    case householder([Double])

    public static let relu = Activation.slopes(0...1)
    public static let maxMin = Activation.groupSort(2)
    public static func leakyRelu(_ slope: Double) -> Activation {
      .slopes(min(1, slope)...max(1, slope))
    }
  }

  public var activation: Activation
  public var norm: LipschitzNorm
  public var settings: SemidefiniteSettings

  /// - `activation`: of the weights that are given alone; a network has its own.
  public init(
    activation: Activation = .relu, norm: LipschitzNorm = .l2,
    settings: SemidefiniteSettings = SemidefiniteSettings()
  ) {
    (self.activation, self.norm, self.settings) = (activation, norm, settings)
  }

  /// Returns the bound of a chain whose layers all have this activation, but for the last, which
  /// has none.
  ///
  /// - Shape: each weight is `[out, in]`.
  /// - Throws: `SemidefiniteProgramError`.
  public func bound(weights: [Tensor]) throws(SemidefiniteProgramError) -> LipschitzBound {
    let links = weights.enumerated().map { index, weight in
      LipschitzChain.Link(
        weight: weight.cast(to: .float64), error: 0,
        activation: index == weights.count - 1 ? nil : activation)
    }
    return try bound(of: LipschitzChain(links: links))
  }

  /// Returns the bound of a network that is such a chain.
  ///
  /// - Throws: `NetworkError.unsupported`, naming the node that is no part of a chain;
  ///   `SemidefiniteProgramError`.
  public func bound(of network: Network) throws -> LipschitzBound {
    try bound(of: LipschitzChain(network))
  }

  private func bound(of chain: LipschitzChain) throws(SemidefiniteProgramError) -> LipschitzBound {
    try chain.check()
    let value: Double
    switch norm {
    case .l2: value = try LipSDPMatrix(chain, norm: norm).bound(settings)
    case .linf:
      var largest = 0.0
      for row in 0..<chain.links[chain.links.count - 1].weight.size(0) {
        largest = max(largest, try LipSDPMatrix(chain.output(row), norm: norm).bound(settings))
      }
      value = largest
    }
    return LipschitzBound(value, norm: norm, method: "semidefinite")
  }
}

/// Linear maps with activations between them.
struct LipschitzChain {
  struct Link {
    /// `[out, in]` in double precision.
    var weight: Tensor
    /// How far the weight may be from the network's own, in the Frobenius norm.
    var error: Double
    /// What follows; nil at the end.
    var activation: LipSDP.Activation?
  }

  var links: [Link]

  /// The chain that ends in one of the outputs.
  func output(_ row: Int) -> LipschitzChain {
    var chain = self
    chain.links[links.count - 1].weight = links[links.count - 1].weight[row..<row + 1]
    return chain
  }

  func check() throws(SemidefiniteProgramError) {
    guard !links.isEmpty else { throw .misfit(reason: "there are none") }
    for (index, link) in links.enumerated() {
      let shape = link.weight.shape
      guard shape.count == 2, index == 0 || shape[1] == links[index - 1].weight.size(0) else {
        throw .misfit(reason: "weight \(index) has shape \(shape)")
      }
      guard link.weight.isFinite.all().booleans[0] else {
        throw .misfit(reason: "weight \(index) holds a number that is not finite")
      }
      if let group = link.activation?.groupSize, shape[0] % group != 0 {
        throw .misfit(reason: "\(shape[0]) features are not groups of \(group)")
      }
    }
  }
}

extension LipSDP.Activation {
  /// How many features are mapped together.
  var groupSize: Int? {
    switch self {
    case .slopes: nil
    case .groupSort(let size): size
    case .householder(let normal): normal.count
    }
  }

  /// The Lipschitz constant in the Euclidean norm.
  var lipschitz: Double {
    switch self {
    case .slopes(let range): max(abs(range.lowerBound), abs(range.upperBound))
    case .groupSort: 1
    case .householder(let normal):
      // A normal whose length is 1 up to rounding reflects a little too far.
      max(1, abs(1 - 2 * normal.reduce(0) { $0 + $1 * $1 }) + 1e-15)
    }
  }

  /// Orthonormal directions of one group, as columns, in which the activation changes a vector; all
  /// others it keeps. Nil for functions of one feature.
  var free: Tensor? {
    switch self {
    case .slopes: return nil
    case .groupSort(let size):
      // Helmert's contrasts: each compares a feature with the mean of those before it.
      let columns = (1..<size).map { index -> Tensor in
        let length = Double(index * (index + 1)).squareRoot()
        return Tensor(
          (0..<size).map { $0 < index ? 1 / length : $0 == index ? -Double(index) / length : 0 })
      }
      return .stacking(columns, axis: 1)
    case .householder(let normal):
      let length = normal.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return Tensor(normal.map { $0 / length }, shape: [normal.count, 1])
    }
  }
}
