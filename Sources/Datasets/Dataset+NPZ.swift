import Tensors

extension Dataset {
  /// The names under which inputs are looked for in an NPZ, in order.
  public static let inputNames = ["x", "X", "inputs", "images", "x_test", "data"]
  /// The names under which labels are looked for in an NPZ, in order.
  public static let labelNames = ["y", "labels", "targets", "y_test"]

  /// Takes inputs, and labels where there are any and they are wanted, from an NPZ.
  ///
  /// - Throws: `DataError`; `missingArray`, with what there is, if none of `inputNames` is there.
  public init(
    _ archive: NPZ, requiresLabels: Bool = false, readsLabels: Bool = true,
    keepsWholeNumbers: Bool = false
  ) throws(DataError) {
    let inputs = try archive.firstArray(of: Self.inputNames).array
    let hasLabels = !Set(archive.names).isDisjoint(with: Self.labelNames)
    try self.init(
      name: archive.source, inputs: inputs,
      labels: requiresLabels || readsLabels && hasLabels ? archive.labels() : nil,
      keepsWholeNumbers: keepsWholeNumbers)
  }

  /// Takes labels, where there are any and they are wanted, from an NPZ, for inputs that were made
  /// of its arrays.
  ///
  /// - Throws: `DataError`.
  public init(
    _ archive: NPZ, inputs: Tensor, readsLabels: Bool = true, keepsWholeNumbers: Bool = false
  ) throws(DataError) {
    let hasLabels = !Set(archive.names).isDisjoint(with: Self.labelNames)
    try self.init(
      name: archive.source, inputs: inputs,
      labels: readsLabels && hasLabels ? archive.labels() : nil,
      keepsWholeNumbers: keepsWholeNumbers)
  }

  /// Writes inputs `x` and labels `y` to an NPZ.
  ///
  /// - Throws: `DataError.cannotWrite`.
  public func write(to path: String, isCompressed: Bool = false) throws(DataError) {
    var arrays = ["x": inputs]
    arrays["y"] = labelTensor
    try NPZ.write(arrays, to: path, isCompressed: isCompressed)
  }

  static func labels(_ array: Tensor, name: String, source: String) throws(DataError) -> [Int] {
    if array.rank == 2, array.size(1) > 1, array.isOneHot {
      throw .wrongType(
        path: source, array: name, type: "one-hot rows of \(array.size(1))",
        expected: "integers: argmax(1) of it")
    }
    // Integers stay themselves in a floating-point type.
    guard
      !array.dtype.isFloatingPoint
        || (array.isFinite .& (array .== array.rounded())).all().booleans[0]
    else {
      throw .wrongType(
        path: source, array: name, type: "\(array.dtype) with fractions", expected: "integers")
    }
    guard array.rank == 1 || (array.rank == 2 && array.size(1) == 1) else {
      throw .wrongRank(path: source, array: name, shape: array.shape, expected: "[examples]")
    }
    return array.cast(to: .int64).integers
  }
}

extension NPZ {
  fileprivate func labels() throws(DataError) -> [Int] {
    let (name, array) = try firstArray(of: Dataset.labelNames)
    return try Dataset.labels(array, name: name, source: source)
  }
}

extension Tensor {
  /// Whether each row has one 1 and else only zeros.
  fileprivate var isOneHot: Bool {
    let numbers = cast(to: .float64)
    let isBit = (numbers .== numbers.zerosLike()) .| (numbers .== numbers.onesLike())
    return isBit.all().booleans[0]
      && (numbers.sum(axes: [1]) - 1).magnitude().max().item() == 0
  }
}
