import Tensors

extension ElementwiseFunction {
  func write(_ x: String, as result: String, to exporter: inout ONNXExporter) {
    func add(_ name: String, _ attributes: KeyValuePairs<String, ONNXAttributeValue> = [:]) {
      exporter.addNode(name, [x], result: result, attributes)
    }
    switch self {
    case .negate: add("Neg")
    case .absolute: add("Abs")
    case .sign: add("Sign")
    case .reciprocal: add("Reciprocal")
    case .exp: add("Exp")
    case .log: add("Log")
    case .squareRoot: add("Sqrt")
    case .square: exporter.addNode("Mul", [x, x], result: result)
    case .sine: add("Sin")
    case .cosine: add("Cos")
    case .tangent: add("Tan")
    case .arctangent: add("Atan")
    case .floor: add("Floor")
    case .ceiling: add("Ceil")
    case .round: add("Round")
    case .relu: add("Relu")
    case .leakyRelu(let slope): add("LeakyRelu", ["alpha": .real(slope)])
    case .elu(let alpha): add("Elu", ["alpha": .real(alpha)])
    case .selu(let alpha, let gamma): add("Selu", ["alpha": .real(alpha), "gamma": .real(gamma)])
    case .celu(let alpha): add("Celu", ["alpha": .real(alpha)])
    case .sigmoid: add("Sigmoid")
    case .tanh: add("Tanh")
    case .softplus: add("Softplus")
    case .softsign: add("Softsign")
    case .mish: add("Mish")
    case .errorFunction: add("Erf")
    case .gelu(let approximate): add("Gelu", ["approximate": .text(approximate ? "tanh" : "none")])
    case .hardSigmoid(let alpha, let beta):
      add("HardSigmoid", ["alpha": .real(alpha), "beta": .real(beta)])
    case .hardSwish: add("HardSwish")
    case .not: add("Not")
    case .silu:
      let gate = exporter.addNode("Sigmoid", [x])
      exporter.addNode("Mul", [x, gate], result: result)
    case .clip(let lower, let upper):
      let limits = [lower, upper].map { limit in
        limit.map { exporter.addTensor(Tensor(scalar: Float($0))) } ?? ""
      }
      exporter.addNode("Clip", [x] + limits, result: result)
    case .power(let exponent):
      let exponent = exporter.addTensor(Tensor(scalar: Float(exponent)))
      exporter.addNode("Pow", [x, exponent], result: result)
    }
  }
}

extension BinaryFunction {
  func write(_ x: String, _ y: String, as result: String, to exporter: inout ONNXExporter) {
    func add(_ name: String, _ attributes: KeyValuePairs<String, ONNXAttributeValue> = [:]) {
      exporter.addNode(name, [x, y], result: result, attributes)
    }
    switch self {
    case .add: add("Add")
    case .subtract: add("Sub")
    case .multiply: add("Mul")
    case .divide: add("Div")
    case .power: add("Pow")
    case .minimum: add("Min")
    case .maximum: add("Max")
    case .parametricRelu: add("PRelu")
    case .remainder: add("Mod")
    case .truncatedRemainder: add("Mod", ["fmod": .integer(1)])
    case .equal: add("Equal")
    case .less: add("Less")
    case .lessOrEqual: add("LessOrEqual")
    case .greater: add("Greater")
    case .greaterOrEqual: add("GreaterOrEqual")
    case .and: add("And")
    case .or: add("Or")
    case .exclusiveOr: add("Xor")
    }
  }
}
