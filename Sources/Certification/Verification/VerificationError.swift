/// Why a property cannot be put to a network.
public enum VerificationError: Error, Equatable, CustomStringConvertible {
  case otherNetwork(features: Int, outputs: Int, actualFeatures: Int, actualOutputs: Int)
  /// A property reads a network by this name, and there is none.
  case missingNetwork(String)
  /// Networks of one property have no common objective; a sentence says why.
  case cannotJoin(String)
  /// A case's box has a bound that is infinite or NaN.
  case unboundedBox(Int)
  /// A case's box has a lower bound above the upper one.
  case emptyBox(Int)
  /// A parameter of the network is infinite or NaN.
  case notANumber

  public var description: String {
    switch self {
    case .otherNetwork(let features, let outputs, let actualFeatures, let actualOutputs):
      "The property is about \(features) inputs and \(outputs) outputs, "
        + "but the network has \(actualFeatures) and \(actualOutputs)."
    case .missingNetwork(let name):
      "The property is about a network '\(name)': name its file by '--network \(name)=PATH'."
    case .cannotJoin(let reason): "The property's networks cannot be verified together. \(reason)"
    case .unboundedBox(let index): "Case \(index + 1) leaves an input without a finite bound."
    case .emptyBox(let index): "In case \(index + 1) an input's lower end lies above its upper one."
    case .notANumber: "A parameter of the network is not a finite number; nothing can be proved."
    }
  }
}
