import Networks
import Tensors

extension ElementwiseFunction {
  /// Returns a box that contains every value of this function on the box `x`.
  ///
  /// - Soundness: in real arithmetic.
  func interval(of x: Interval) -> Interval {
    /// The slack of functions that are near a constant, or near `x`, where their own size is not.
    func loosely(_ result: Interval, scale: Double = 1) -> Interval {
      result.widened(Rounding.function * max(1, abs(scale)), of: x.magnitude + 1)
    }
    func closely(_ result: Interval) -> Interval { result.widened(Rounding.function) }
    return switch self {
    case .negate: -x
    case .absolute: x.hull(turningAt: [0]) { $0.magnitude() }
    case .sign: x.increasing { $0.sign() }.known(where: x.lower .<= x.upper)
    case .reciprocal: Interval(point: x.lower.onesLike()) / x
    case .exp: closely(x.increasing { $0.exp() }).cut(from: 0)
    case .log: closely(x.increasing { $0.log() }).known(where: x.lower .>= 0)
    case .squareRoot: closely(x.increasing { $0.squareRoot() }).known(where: x.lower .>= 0)
    case .square: x.hull(turningAt: [0]) { $0.square() }.widened().cut(from: 0)
    case .sine: x.sine()
    case .cosine: x.cosine()
    case .tangent: x.tangent()
    case .arctangent: closely(x.increasing { $0.atan() })
    case .floor: x.increasing { $0.floor() }
    case .ceiling: x.increasing { $0.ceiling() }
    case .round: x.increasing { $0.rounded() }
    case .relu: x.increasing { $0.relu() }
    case .leakyRelu(let slope): x.hull(turningAt: [0]) { $0.leakyRelu(slope: slope) }.widened()
    case .elu(let alpha): loosely(x.hull(turningAt: [0]) { $0.elu(alpha: alpha) }, scale: alpha)
    case .selu(let alpha, let gamma):
      loosely(
        x.hull(turningAt: [0]) { $0.elu(alpha: alpha) * gamma }, scale: (abs(alpha) + 1) * gamma)
    case .celu(let alpha):
      loosely(x.hull(turningAt: [0]) { ($0 / alpha).elu() * alpha }, scale: alpha)
    case .sigmoid: closely(x.increasing { $0.sigmoid() }).cut(from: 0, through: 1)
    case .tanh: loosely(x.increasing { $0.tanh() }).cut(from: -1, through: 1)
    case .softplus: loosely(x.increasing { $0.exactSoftplus() }).cut(from: 0)
    case .softsign: closely(x.increasing { $0 / ($0.magnitude() + 1) })
    case .silu: loosely(x.hull(turningAt: [-1.2784645427610738]) { $0.silu() })
    case .mish:
      loosely(x.hull(turningAt: [-1.1924312145154153]) { $0 * $0.exactSoftplus().tanh() })
    case .errorFunction: loosely(x.increasing { $0.errorFunction() }).cut(from: -1, through: 1)
    case .gelu(let approximate):
      loosely(
        x.hull(turningAt: [approximate ? -0.7524614220710162 : -0.7517915246935645]) {
          $0.gelu(approximate: approximate)
        })
    case .hardSigmoid(let alpha, let beta):
      loosely(
        x.hull { ($0 * alpha + beta).clamped(from: 0, through: 1) }, scale: abs(alpha) + abs(beta)
      )
      .cut(from: 0, through: 1)
    case .hardSwish: loosely(x.hull(turningAt: [-1.5]) { $0.hardSwish() })
    case .clip(nil, nil): x
    case .clip(let lower, let upper): x.increasing { $0.clamped(from: lower, through: upper) }
    case .power(let exponent): closely(x.power(exponent))
    case .not: Interval(lower: 1 - x.upper, upper: 1 - x.lower)
    }
  }
}

extension Tensor {
  /// `log(1 + exp(x))` without the shortcut for large `x` that libtorch takes.
  fileprivate func exactSoftplus() -> Tensor { relu() + (-magnitude()).exp().logOnePlus() }
}

extension Interval {
  /// A negative power has a pole at 0, and one that is not whole is not a number below 0.
  fileprivate func power(_ exponent: Double) -> Interval {
    let hull = hull(turningAt: [0]) { $0.power(exponent) }
    return exponent < 0 ? hull.known(where: (lower .> 0) .| (upper .< 0)) : hull
  }

  fileprivate func sine() -> Interval { wave(highestAt: .pi / 2) { $0.sin() } }
  fileprivate func cosine() -> Interval { wave(highestAt: 0) { $0.cos() } }

  private func wave(highestAt top: Double, _ function: (Tensor) -> Tensor) -> Interval {
    let ends = hull(function).widened(Rounding.function, of: lower.onesLike())
    let high = Tensor.choosing(
      lower.onesLike(), where: meets(top, every: 2 * .pi), otherwise: ends.upper)
    let low = Tensor.choosing(
      -lower.onesLike(), where: meets(top + .pi, every: 2 * .pi), otherwise: ends.lower)
    return Interval(lower: low, upper: high).cut(from: -1, through: 1)
  }

  /// The tangent rises between its poles.
  fileprivate func tangent() -> Interval {
    increasing { $0.tan() }.widened(Rounding.function).known(where: !meets(.pi / 2, every: .pi))
  }

  /// Whether a point `start + k * period` may lie between the bounds.
  private func meets(_ start: Double, every period: Double) -> Tensor {
    let slack = (magnitude + 1) * 1e-12
    let first = ((lower - start) / period - slack).ceiling()
    let last = ((upper - start) / period + slack).floor()
    return !(first .> last)
  }
}
