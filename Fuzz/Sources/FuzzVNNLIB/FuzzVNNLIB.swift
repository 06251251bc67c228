import Certification
import Models
import Tensors

/// Reads the input as a property, and what is printed of it once more.
///
/// Limits are smaller than those of users, so that the fuzzer's own limit on memory stays above
/// them. A property that was read has promised to print itself as the same cases.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzVNNLIB(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  var limits = VNNLIBLimits()
  limits.variables = 1 << 10
  limits.cases = 200
  limits.inequalities = 1 << 12
  limits.numbers = 1 << 14
  guard let property = try? VerificationProperty(vnnlibText: text, limits: limits) else { return 0 }
  guard let again = try? VerificationProperty(vnnlibText: property.vnnlib) else {
    fatalError("What was printed is refused:\n\(property.vnnlib)")
  }
  precondition(again.cases.count == property.cases.count, "printing changes the cases")
  for (old, new) in zip(property.cases, again.cases) {
    precondition(
      (old.box.lower .== new.box.lower).all().booleans[0]
        && (old.box.upper .== new.box.upper).all().booleans[0], "printing changes a box")
    precondition(
      old.outputs.shape == new.outputs.shape && (old.outputs .== new.outputs).all().booleans[0]
        && (old.constants .== new.constants).all().booleans[0], "printing changes rows")
  }
  return 0
}
