import Tensors

/// A function applied to every element.
public struct Activation: Layer {
  public let function: ElementwiseFunction

  public init(_ function: ElementwiseFunction) {
    self.function = function
  }

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    try builder.add(.map(function), [input])
  }
}

/// `max(x, 0)`.
public func ReLU() -> Activation { Activation(.relu) }
public func LeakyReLU(_ slope: Double = 0.01) -> Activation { Activation(.leakyRelu(slope: slope)) }
public func Sigmoid() -> Activation { Activation(.sigmoid) }
public func Tanh() -> Activation { Activation(.tanh) }
public func SiLU() -> Activation { Activation(.silu) }
public func Softplus() -> Activation { Activation(.softplus) }
/// `x` times the normal distribution function of `x`.
public func GELU(approximate: Bool = false) -> Activation {
  Activation(.gelu(approximate: approximate))
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
