import Datasets

extension VerificationProperty {
  /// Reads a property in the format of the verification competition, plain or compressed by gzip.
  ///
  /// Inputs `X_0`, `X_1`, … and outputs `Y_0`, `Y_1`, … are declared as `Real`, or, in version 2,
  /// as tensors of networks that are indexed as in `X[0,1]`; the inputs of all networks that
  /// assertions are about follow each other, and so do their outputs. Assertions join inequalities
  /// and equations of sums of products with `and`, `or`, `not` and `=>`, and are satisfied together
  /// by what breaks the property. They are brought into disjunctive normal form; alternatives that
  /// nothing can satisfy are left out, and every other one must bound every input. Without one
  /// left, the property holds.
  ///
  /// - Soundness: numbers of at most 17 digits, and coefficients, mean the nearest double; other
  ///   numbers mean what is written. Boxes hold their borders, and bounds that need division are
  ///   moved outward: the property is never made weaker, so that `holds` is as it should be. What
  ///   breaks it must satisfy each row as it is written, strict ones too.
  /// - Throws: `DataError` if the file cannot be read or is larger than the limits;
  ///   `VNNLIBError` with the line and the column of what is wrong.
  /// - Source: "The VNN-LIB standard", versions 1.0 and 2.0; of 2.0 without assertions about hidden
  ///   tensors, and without inputs that are not real numbers.
  public init(vnnlib path: String, limits: VNNLIBLimits = VNNLIBLimits()) throws {
    var files = DataLimits()
    files.bytes = limits.bytes
    let contents = try FileContents(path: path, limits: files)
    self = try contents.withBytes { try VerificationProperty($0, source: path, limits: limits) }
  }

  /// Reads the text of a property; `source` names it in errors.
  ///
  /// - Throws: `VNNLIBError`.
  public init(
    vnnlibText text: String, source: String = "property", limits: VNNLIBLimits = VNNLIBLimits()
  ) throws(VNNLIBError) {
    var text = text
    var result: Result<VerificationProperty, VNNLIBError>?
    text.withUTF8 { bytes in
      do throws(VNNLIBError) {
        result = .success(
          try VerificationProperty(UnsafeRawBufferPointer(bytes), source: source, limits: limits))
      } catch {
        result = .failure(error)
      }
    }
    self = try result!.get()
  }

  private init(
    _ bytes: UnsafeRawBufferPointer, source: String, limits: VNNLIBLimits
  ) throws(VNNLIBError) {
    let scanner = VNNLIBScanner(bytes, source: source, wordLimit: limits.word)
    guard bytes.count <= limits.bytes else {
      throw scanner.error(.tooMany("bytes", limit: limits.bytes))
    }
    var parser = VNNLIBParser(scanner, limits: limits)
    try parser.parse()
    var builder = VNNLIBCases(parser, limits: limits)
    let cases = try builder.cases()
    self.init(
      cases: cases, featureCount: parser.inputs.count, outputCount: parser.outputs.count,
      vacuity: builder.vacuity, networks: parser.declarations)
  }
}
