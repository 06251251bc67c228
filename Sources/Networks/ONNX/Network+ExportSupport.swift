extension Network {
  /// Checks whether this network could be written as an ONNX file.
  ///
  /// - Throws: `NetworkError.unsupported`, naming the first node that has no form in ONNX.
  public func checkExportSupport() throws(NetworkError) { _ = try ONNXExporter(self) }
}
