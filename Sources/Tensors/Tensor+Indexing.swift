extension Operator {
  fileprivate static let select = Operator("select", "int")
  fileprivate static let slice = Operator("slice", "Tensor")
  fileprivate static let narrow = Operator("narrow")
  fileprivate static let indexSelect = Operator("index_select")
  fileprivate static let index = Operator("index", "Tensor")
  fileprivate static let indexAdd = Operator("index_add")
  fileprivate static let indexCopy = Operator("index_copy")
  fileprivate static let gather = Operator("gather")
  fileprivate static let scatter = Operator("scatter", "src")
  fileprivate static let scatterAdd = Operator("scatter_add")
  fileprivate static let oneHot = Operator("one_hot")
  fileprivate static let nonzero = Operator("nonzero")
  fileprivate static let diagonal = Operator("diagonal")
  fileprivate static let upperTriangle = Operator("triu")
  fileprivate static let lowerTriangle = Operator("tril")
}

extension Tensor {
  /// The row at `index` of the first axis, which disappears; negative indices count from the end.
  public subscript(index: Int) -> Tensor { selecting(index, axis: 0) }

  /// Some rows of the first axis, as a view.
  public subscript(range: Range<Int>) -> Tensor {
    narrowed(axis: 0, from: range.lowerBound, count: range.count)
  }

  /// The slice at `index` of `axis`, which disappears.
  public func selecting(_ index: Int, axis: Int) -> Tensor {
    Operator.select(.tensor(self), .integer(axis), .integer(index))
  }

  /// `count` consecutive slices of `axis`, as a view.
  public func narrowed(axis: Int, from start: Int, count: Int) -> Tensor {
    Operator.narrow(.tensor(self), .integer(axis), .integer(start), .integer(count))
  }

  /// Every `step`-th slice of `axis` between two positions.
  ///
  /// - Precondition: `step` is positive; reverse with `reversed(axes:)`.
  public func sliced(axis: Int, from start: Int, to end: Int, by step: Int = 1) -> Tensor {
    Operator.slice(.tensor(self), .integer(axis), .integer(start), .integer(end), .integer(step))
  }

  /// The slices of `axis` at `indices`, a vector of `int64`.
  public func gathering(_ indices: Tensor, axis: Int = 0) -> Tensor {
    Operator.indexSelect(.tensor(self), .integer(axis), .tensor(indices))
  }

  /// The rows at `indices`.
  public func rows(_ indices: [Int]) -> Tensor { gathering(Tensor(indices)) }

  /// The elements where `mask`, a tensor of booleans over the first axes, holds.
  public func masked(by mask: Tensor) -> Tensor {
    Operator.index(.tensor(self), .optionalTensors([mask]))
  }

  /// A tensor like this one whose slices of `axis` at `indices` are those of `values`.
  ///
  /// - Precondition: `indices` has no value twice.
  public func replacingRows(at indices: Tensor, with values: Tensor, axis: Int = 0) -> Tensor {
    Operator.indexCopy(.tensor(self), .integer(axis), .tensor(indices), .tensor(values))
  }

  /// A tensor like this one with the slices of `values` added at `indices`, which may repeat.
  public func addingRows(_ values: Tensor, at indices: Tensor, axis: Int = 0) -> Tensor {
    Operator.indexAdd(.tensor(self), .integer(axis), .tensor(indices), .tensor(values))
  }

  /// For each place of `indices`, the element that it names along `axis`.
  public func gatheringElements(_ indices: Tensor, axis: Int) -> Tensor {
    Operator.gather(.tensor(self), .integer(axis), .tensor(indices))
  }

  /// A tensor like this one with `values` written at the places that `indices` names along `axis`.
  public func scattering(_ values: Tensor, at indices: Tensor, axis: Int) -> Tensor {
    Operator.scatter(.tensor(self), .integer(axis), .tensor(indices), .tensor(values))
  }

  /// A tensor like this one with `values` added at the places that `indices` names along `axis`.
  public func scatterAdding(_ values: Tensor, at indices: Tensor, axis: Int) -> Tensor {
    Operator.scatterAdd(.tensor(self), .integer(axis), .tensor(indices), .tensor(values))
  }

  /// For labels of any shape, a last axis of size `classes` with a one at each label.
  public func oneHot(classes: Int) -> Tensor { Operator.oneHot(.tensor(self), .integer(classes)) }

  /// The indices of what is not zero, of shape `[found, rank]`.
  public func nonzeroIndices() -> Tensor { Operator.nonzero(.tensor(self)) }

  /// The diagonal of the last two axes.
  public func diagonal(offset: Int = 0) -> Tensor {
    Operator.diagonal(.tensor(self), .integer(offset), -2, -1)
  }

  public func upperTriangle(offset: Int = 0) -> Tensor {
    Operator.upperTriangle(.tensor(self), .integer(offset))
  }
  public func lowerTriangle(offset: Int = 0) -> Tensor {
    Operator.lowerTriangle(.tensor(self), .integer(offset))
  }
}
