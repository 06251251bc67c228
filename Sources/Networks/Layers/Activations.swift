import Tensors

/// A layer that applies one function to every element.
public protocol ElementwiseLayer: Layer {
  var function: ElementwiseFunction { get }
}

extension ElementwiseLayer {
  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    try builder.add(.map(function), [input])
  }
}

/// Any function, applied to every element.
public struct Activation: ElementwiseLayer {
  public let function: ElementwiseFunction

  public init(_ function: ElementwiseFunction) {
    self.function = function
  }
}

/// `max(x, 0)`.
public struct ReLU: ElementwiseLayer {
  public init() {}
  public var function: ElementwiseFunction { .relu }
}

/// `x`, or `slope * x` where that is negative.
public struct LeakyReLU: ElementwiseLayer {
  public let slope: Double

  public init(slope: Double = 0.01) {
    self.slope = slope
  }

  public var function: ElementwiseFunction { .leakyRelu(slope: slope) }
}

/// `1 / (1 + exp(-x))`.
public struct Sigmoid: ElementwiseLayer {
  public init() {}
  public var function: ElementwiseFunction { .sigmoid }
}

public struct Tanh: ElementwiseLayer {
  public init() {}
  public var function: ElementwiseFunction { .tanh }
}

/// `x * sigmoid(x)`.
public struct SiLU: ElementwiseLayer {
  public init() {}
  public var function: ElementwiseFunction { .silu }
}

/// `log(1 + exp(x))`.
public struct Softplus: ElementwiseLayer {
  public init() {}
  public var function: ElementwiseFunction { .softplus }
}

/// `x` times the normal distribution function of `x`, exactly or by the tanh formula.
public struct GELU: ElementwiseLayer {
  public let isApproximate: Bool

  public init(approximate: Bool = false) {
    isApproximate = approximate
  }

  public var function: ElementwiseFunction { .gelu(approximate: isApproximate) }
}

/// Numbers that add up to 1 along the last axis.
public struct Softmax: Layer {
  public init() {}

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    try builder.add(.softmax(axis: builder.type(of: input).shape.count - 1), [input])
  }
}
