import CTorch

/// Owns one libtorch tensor.
///
/// `@unchecked Sendable` holds because the handle never changes and the shim has no in-place calls.
final class TensorStorage: @unchecked Sendable {
  let handle: OpaquePointer

  init(owning handle: OpaquePointer) {
    self.handle = handle
  }

  /// - Throws: `BackendError` with the text of the C++ exception, if the call reports a failure.
  convenience init(adopting call: (inout OpaquePointer?) -> Int32) throws(BackendError) {
    var result: OpaquePointer?
    guard call(&result) == 0, let result else { throw BackendError.last() }
    self.init(owning: result)
  }

  deinit { assay_tensor_release(handle) }
}
