import Tensors

extension Operation {
  /// Writes a node of this operation.
  func write(
    _ node: Graph.Node, as result: String, to exporter: inout ONNXExporter
  ) throws(NetworkError) {
    let x = exporter.operandNames(node)
    switch self {
    case .input, .parameter, .buffer, .constant: preconditionFailure("leaves are no nodes in ONNX")
    case .map(let function): function.write(x[0], as: result, to: &exporter)
    case .combine(let function): function.write(x[0], x[1], as: result, to: &exporter)
    case .choose: exporter.addNode("Where", x, result: result)
    case .linear: writeLinear(node, x, as: result, to: &exporter)
    case .matmul: exporter.addNode("MatMul", x, result: result)
    case .convolution(let geometry):
      exporter.addNode("Conv", x, result: result, geometry.attributes)
    case .transposedConvolution(let geometry, let outputPadding):
      exporter.addNode(
        "ConvTranspose", x, result: result,
        [
          "strides": .integers(geometry.stride),
          "pads": .integers(geometry.padding + geometry.padding),
          "dilations": .integers(geometry.dilation), "group": .integer(geometry.groups),
          "output_padding": .integers(outputPadding),
        ])
    case .maxPool(let geometry):
      exporter.addNode(
        "MaxPool", x, result: result,
        [
          "kernel_shape": .integers(geometry.kernel), "strides": .integers(geometry.stride),
          "pads": .integers(geometry.padding + geometry.padding),
          "dilations": .integers(geometry.dilation),
          "ceil_mode": .integer(geometry.roundsUp ? 1 : 0),
        ])
    case .averagePool(let geometry, let countsPadding):
      exporter.addNode(
        "AveragePool", x, result: result,
        [
          "kernel_shape": .integers(geometry.kernel), "strides": .integers(geometry.stride),
          "pads": .integers(geometry.padding + geometry.padding),
          "count_include_pad": .integer(countsPadding ? 1 : 0),
          "ceil_mode": .integer(geometry.roundsUp ? 1 : 0),
        ])
    case .batchNormalization(let epsilon):
      exporter.addNode("BatchNormalization", x, result: result, ["epsilon": .real(epsilon)])
    case .layerNormalization(let axes, let epsilon):
      let shape = exporter.type(of: node.operands[0]).shape.suffix(axes).map(\.size)
      let scale = x.count > 1 ? x[1] : exporter.addTensor(.ones(shape))
      exporter.addNode(
        "LayerNormalization", [x[0], scale] + x.dropFirst(2), result: result,
        ["axis": .integer(-axes), "epsilon": .real(epsilon)])
    case .groupNormalization(let groups, let epsilon):
      let channels = exporter.type(of: node.operands[0]).shape[1].size
      let scale = x.count > 1 ? x[1] : exporter.addTensor(.ones([channels]))
      let bias = x.count > 2 ? x[2] : exporter.addTensor(.zeros([channels]))
      exporter.addNode(
        "GroupNormalization", [x[0], scale, bias], result: result,
        ["num_groups": .integer(groups), "epsilon": .real(epsilon)])
    case .softmax(let axis):
      exporter.addNode("Softmax", x, result: result, ["axis": .integer(axis)])
    case .logSoftmax(let axis):
      exporter.addNode("LogSoftmax", x, result: result, ["axis": .integer(axis)])
    case .reshape(let shape):
      let sizes = exporter.addIntegers(shape.map { $0.isPerExample ? -1 : $0.size })
      exporter.addNode("Reshape", [x[0], sizes], result: result)
    case .transpose(let axes):
      exporter.addNode("Transpose", x, result: result, ["perm": .integers(axes)])
    case .broadcast(let shape):
      let source = exporter.type(of: node.operands[0]).shape
      let added = shape.count - source.count
      guard
        !shape.indices.contains(where: {
          shape[$0].isPerExample && ($0 < added || source[$0 - added] == 1)
        })
      else { throw exporter.unsupported(node, "It stretches a constant over the batch.") }
      let sizes = exporter.addIntegers(shape.map { $0.isPerExample ? 1 : $0.size })
      exporter.addNode("Expand", [x[0], sizes], result: result)
    case .concatenate(let axis):
      exporter.addNode("Concat", x, result: result, ["axis": .integer(axis)])
    case .slice(let axis, let start, let end, let step):
      let places = [start, end, axis, step].map { exporter.addIntegers([$0]) }
      exporter.addNode("Slice", [x[0]] + places, result: result)
    case .reverse(let axis):
      let places = [-1, Int(Int32.min), axis, -1].map { exporter.addIntegers([$0]) }
      exporter.addNode("Slice", [x[0]] + places, result: result)
    case .gather(let axis): exporter.addNode("Gather", x, result: result, ["axis": .integer(axis)])
    case .pad(let widths, let mode): writePad(x[0], widths, mode, as: result, to: &exporter)
    case .resize(let sizes, let mode, let alignsCorners):
      let source = exporter.type(of: node.operands[0]).shape.dropFirst(2).map(\.size)
      let ratios = [1, 1] + zip(sizes, source).map { Float($0) / Float($1) }
      let mode = mode.attributes(alignsCorners: alignsCorners)
      exporter.addNode(
        "Resize", [x[0], "", exporter.addTensor(Tensor(ratios))], result: result, mode)
    case .reduce(let reduction, let axes, let keepingAxes):
      exporter.addNode(
        reduction.onnxName, [x[0], exporter.addIntegers(axes)], result: result,
        ["keepdims": .integer(keepingAxes ? 1 : 0)])
    case .argmax(let axis, let keepingAxes):
      exporter.addNode(
        "ArgMax", x, result: result,
        ["axis": .integer(axis), "keepdims": .integer(keepingAxes ? 1 : 0)])
    case .cast(let dtype):
      exporter.addNode("Cast", x, result: result, ["to": .integer(ONNXElementType(dtype).rawValue)])
    }
  }

  /// `Gemm` takes matrices only; with more axes a linear map is a product and a sum.
  private func writeLinear(
    _ node: Graph.Node, _ x: [String], as result: String, to exporter: inout ONNXExporter
  ) {
    if exporter.type(of: node.operands[0]).shape.count == 2 {
      exporter.addNode("Gemm", x, result: result, ["transB": .integer(1)])
      return
    }
    let weight = exporter.addNode("Transpose", [x[1]], ["perm": .integers([1, 0])])
    guard x.count > 2 else {
      exporter.addNode("MatMul", [x[0], weight], result: result)
      return
    }
    let product = exporter.addNode("MatMul", [x[0], weight])
    exporter.addNode("Add", [product, x[2]], result: result)
  }

  private func writePad(
    _ x: String, _ widths: [PaddingWidth], _ mode: PaddingMode, as result: String,
    to exporter: inout ONNXExporter
  ) {
    let pads = exporter.addIntegers(widths.map(\.before) + widths.map(\.after))
    switch mode {
    case .constant(let value):
      let value = exporter.addTensor(Tensor(scalar: Float(value)))
      exporter.addNode("Pad", [x, pads, value], result: result, ["mode": .text("constant")])
    case .reflect: exporter.addNode("Pad", [x, pads], result: result, ["mode": .text("reflect")])
    case .replicate: exporter.addNode("Pad", [x, pads], result: result, ["mode": .text("edge")])
    case .circular: exporter.addNode("Pad", [x, pads], result: result, ["mode": .text("wrap")])
    }
  }
}

extension ConvolutionGeometry {
  fileprivate var attributes: KeyValuePairs<String, ONNXAttributeValue> {
    [
      "strides": .integers(stride), "pads": .integers(padding + padding),
      "dilations": .integers(dilation), "group": .integer(groups),
    ]
  }
}

extension InterpolationMode {
  fileprivate func attributes(alignsCorners: Bool) -> KeyValuePairs<String, ONNXAttributeValue> {
    let coordinates = ONNXAttributeValue.text(alignsCorners ? "align_corners" : "half_pixel")
    return switch self {
    case .nearest:
      [
        "mode": .text("nearest"), "coordinate_transformation_mode": .text("asymmetric"),
        "nearest_mode": .text("floor"),
      ]
    case .linear: ["mode": .text("linear"), "coordinate_transformation_mode": coordinates]
    case .cubic: ["mode": .text("cubic"), "coordinate_transformation_mode": coordinates]
    }
  }
}

extension Reduction {
  fileprivate var onnxName: String {
    switch self {
    case .sum: "ReduceSum"
    case .mean: "ReduceMean"
    case .max: "ReduceMax"
    case .min: "ReduceMin"
    case .product: "ReduceProd"
    case .sumOfMagnitudes: "ReduceL1"
    case .euclideanNorm: "ReduceL2"
    case .sumOfSquares: "ReduceSumSquare"
    case .logSumExp: "ReduceLogSumExp"
    case .logSum: "ReduceLogSum"
    }
  }
}
