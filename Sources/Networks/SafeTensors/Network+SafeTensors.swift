import Tensors

extension Network {
  /// The parameters and buffers by their names.
  public var safeTensors: SafeTensors {
    var tensors: [String: Tensor] = [:]
    for part in [parameters, buffers] {
      for (name, tensor) in zip(part.layout.names, part.tensors) { tensors[name] = tensor }
    }
    return SafeTensors(tensors)
  }

  /// Writes the parameters and buffers by their names; the file appears whole or not at all.
  ///
  /// - Throws: `NetworkError.cannotWrite`.
  public func write(safetensors path: String) throws(NetworkError) {
    try safeTensors.write(to: path)
  }

  /// Returns this network with the parameters and buffers of a file that was made for the same
  /// layout.
  ///
  /// - Throws: what `loading(_:path:)` throws, and `NetworkError.missingFile` or `.malformed`.
  public func loading(safetensors path: String) throws(NetworkError) -> Network {
    try loading(SafeTensors(reading: path), path: path)
  }

  /// Returns this network with other parameters and buffers; `path` is what messages call their
  /// source.
  ///
  /// Elements are cast to the type of those that they replace.
  ///
  /// - Throws: `NetworkError.missingParameter` if one is not there, `.parameterShape` if it has
  ///   another shape, `.malformed` if there are tensors that this network has no use for.
  public func loading(_ source: SafeTensors, path: String) throws(NetworkError) -> Network {
    let known = Set(parameters.layout.names + buffers.layout.names)
    let extra = source.tensors.keys.filter { !known.contains($0) }.sorted()
    var twin = self
    twin.parameters = try parameters.loading(source)
    twin.buffers = try buffers.loading(source)
    guard extra.isEmpty else {
      throw .malformed(
        file: path, reason: "this network has no use for: \(extra.joined(separator: ", ")).")
    }
    return twin
  }
}

extension Parameters {
  fileprivate func loading(_ source: SafeTensors) throws(NetworkError) -> Parameters {
    var pieces: [Tensor] = []
    for (name, shape) in zip(layout.names, layout.shapes) {
      guard let tensor = source.tensors[name] else {
        throw .missingParameter(name: name, available: Array(source.tensors.keys))
      }
      guard tensor.shape == shape else {
        throw .parameterShape(name: name, expected: shape, actual: tensor.shape)
      }
      pieces.append(tensor.cast(to: values.dtype).flattened())
    }
    return pieces.isEmpty ? self : with(values: .concatenating(pieces))
  }
}
