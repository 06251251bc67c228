import CTorch

/// An operator of libtorch, found by its name once and called any number of times.
///
/// Each theme of `Tensor` keeps its operators in static constants. A name that does not exist traps
/// when it is first used, and the tests use every one.
struct Operator: @unchecked Sendable {
  private let name: StaticString
  private let handle: OpaquePointer

  init(_ name: StaticString, _ overload: StaticString = "") {
    var found: OpaquePointer?
    let status = assay_operator_find("aten::\(name)", "\(overload)", &found)
    guard status == 0, let found else { fatalError("no operator: \(BackendError.last())") }
    (self.name, handle) = (name, found)
  }

  /// Calls the operator and returns its tensors, of which there are at most `capacity`.
  ///
  /// - Throws: `BackendError` with libtorch's message.
  func results(of arguments: [Argument], capacity: Int = 4) throws(BackendError) -> [Tensor] {
    let list = ArgumentList(arguments)
    let tensors = withUnsafeTemporaryAllocation(of: OpaquePointer?.self, capacity: capacity) {
      buffer -> [Tensor]? in
      var count = 0
      let status = withExtendedLifetime(arguments) {
        assay_operator_call(
          handle, list.values.baseAddress, list.values.count, buffer.baseAddress, capacity, &count)
      }
      return status == 0 ? (0..<count).map { Tensor(TensorStorage(owning: buffer[$0]!)) } : nil
    }
    guard let tensors else { throw BackendError.last() }
    return tensors
  }

  /// Calls an operator that has one result; traps with libtorch's message and the shapes if it
  /// fails.
  func callAsFunction(_ arguments: Argument...) -> Tensor { all(arguments)[0] }

  /// Calls an operator that has several results, at most `capacity`.
  func all(_ arguments: [Argument], capacity: Int = 4) -> [Tensor] {
    do {
      return try results(of: arguments, capacity: capacity)
    } catch {
      fatalError("\(name) of \(Self.shapes(in: arguments)): \(error)")
    }
  }

  private static func shapes(in arguments: [Argument]) -> String {
    arguments.compactMap { argument -> String? in
      switch argument {
      case .tensor(let tensor): "\(tensor.dtype)\(tensor.shape)"
      case .tensors(let list): "\(list.map(\.shape))"
      case .optionalTensors(let list): "\(list.map { $0?.shape ?? [] })"
      default: nil
      }
    }.joined(separator: ", ")
  }
}
