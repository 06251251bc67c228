import Networks
import Tensors

extension IntervalCase {
  private static let images = ConvolutionGeometry(
    stride: [2, 1], padding: [1, 0], dilation: [1, 2], groups: 1)
  private static let windows = PoolingGeometry(kernel: [2, 2], padding: [1, 1])

  static let products: [IntervalCase] = [
    IntervalCase("linear") { builder, x in
      let weight = builder.addParameter(fixed([4, 6]), name: "w")
      return try builder.add(.linear, [x, weight, builder.addParameter(fixed([4]), name: "b")])
    },
    IntervalCase("matmul, known right", shape: [3, 4]) { builder, x in
      try builder.add(.matmul, [x, builder.addConstant(fixed([4, 2]))])
    },
    IntervalCase("matmul, known left", shape: [3, 4]) { builder, x in
      try builder.add(.matmul, [builder.addConstant(fixed([2, 3])), x])
    },
    IntervalCase("matmul, both vary", shape: [3, 4]) { builder, x in
      try builder.add(.matmul, [x, builder.add(.transpose([0, 2, 1]), [x])])
    },
    IntervalCase("convolution", shape: [2, 5, 6]) { builder, x in
      let weight = builder.addParameter(fixed([3, 2, 3, 2]), name: "w")
      return try builder.add(
        .convolution(images), [x, weight, builder.addParameter(fixed([3]), name: "b")])
    },
    IntervalCase("transposed convolution", shape: [2, 3, 3]) { builder, x in
      let weight = builder.addParameter(fixed([2, 3, 2, 2]), name: "w")
      return try builder.add(.transposedConvolution(images, outputPadding: [1, 0]), [x, weight])
    },
  ]

  static let pools: [IntervalCase] = [
    IntervalCase("max pool", shape: [2, 4, 4]) { try $0.add(.maxPool(windows), [$1]) },
    IntervalCase("average pool", shape: [2, 4, 4]) {
      try $0.add(.averagePool(windows, countsPadding: false), [$1])
    },
    IntervalCase("resize, nearest", shape: [1, 3, 3]) {
      try $0.add(.resize([5, 7], .nearest, alignsCorners: false), [$1])
    },
    IntervalCase("resize, linear", shape: [1, 3, 3]) {
      try $0.add(.resize([5, 2], .linear, alignsCorners: false), [$1])
    },
    IntervalCase("resize, linear, corners", shape: [1, 3, 3]) {
      try $0.add(.resize([5, 7], .linear, alignsCorners: true), [$1])
    },
  ]

  static let normalizations: [IntervalCase] = [
    IntervalCase("batch normalization", shape: [3, 4]) { builder, x in
      let scale = builder.addParameter(fixed([3]), name: "s")
      let variance = builder.addBuffer(fixed([3], in: 0.1...2), name: "v")
      return try builder.add(
        .batchNormalization(epsilon: 1e-5), [x, scale, scale, scale, variance])
    },
    IntervalCase("layer normalization", shape: [3, 5]) { builder, x in
      let scale = builder.addParameter(fixed([5]), name: "s")
      return try builder.add(.layerNormalization(axes: 1, epsilon: 1e-3), [x, scale, scale])
    },
    IntervalCase("group normalization", shape: [4, 3]) { builder, x in
      let scale = builder.addParameter(fixed([4]), name: "s")
      return try builder.add(.groupNormalization(groups: 2, epsilon: 1e-3), [x, scale, scale])
    },
    IntervalCase("softmax", shape: [3, 4]) { try $0.add(.softmax(axis: 1), [$1]) },
    IntervalCase("log softmax", shape: [3, 4]) { try $0.add(.logSoftmax(axis: 2), [$1]) },
  ]

  static let moves: [IntervalCase] =
    [
      IntervalCase("reshape, transpose, slice", shape: [2, 6]) { builder, x in
        let cube = try builder.add(.reshape([.batch, 3, 4]), [x])
        let turned = try builder.add(.transpose([0, 2, 1]), [cube])
        return try builder.add(.slice(axis: 1, start: 0, end: 4, step: 2), [turned])
      },
      IntervalCase("broadcast, concatenate, reverse", shape: [1, 4]) { builder, x in
        let wide = try builder.add(.broadcast([.batch, 3, 4]), [x])
        return try builder.add(.reverse(axis: 1), [builder.add(.concatenate(axis: 1), [x, wide])])
      },
      IntervalCase("gather") {
        try $0.add(.gather(axis: 1), [$1, $0.addConstant(Tensor([4, -1, 0]))])
      },
      IntervalCase("argmax") { builder, x in
        let place = try builder.add(.argmax(axis: 1, keepingAxes: true), [x])
        return try builder.add(.cast(.float32), [place])
      },
      IntervalCase("cast to integers") { builder, x in
        try builder.add(.cast(.float32), [builder.add(.cast(.int64), [x])])
      },
      IntervalCase("cast to booleans") { builder, x in
        let clipped = try builder.add(.map(.relu), [x])
        return try builder.add(.cast(.float32), [builder.add(.cast(.bool), [clipped])])
      },
    ]
    + [PaddingMode.constant(-1), .reflect, .replicate, .circular].map { mode in
      IntervalCase("pad, \(mode)", shape: [2, 4]) { builder, x in
        let none = PaddingWidth(before: 0, after: 0)
        return try builder.add(.pad([none, none, PaddingWidth(before: 1, after: 2)], mode), [x])
      }
    }

  static let all =
    functions + combinations + predicates + reductions + products + pools + normalizations + moves
}
