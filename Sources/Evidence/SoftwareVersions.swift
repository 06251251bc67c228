import Tensors

/// The versions of what an experiment's numbers depend on.
public struct SoftwareVersions: Sendable, Hashable, Codable {
  public let assay: String
  /// The compiler, as far as it can be told from inside.
  public let swift: String
  public let libtorch: String

  public init(assay: String) {
    self.assay = assay
    #if compiler(>=6.4)
      swift = "6.4 or later"
    #elseif compiler(>=6.3)
      swift = "6.3"
    #else
      swift = "before 6.3"
    #endif
    libtorch = Backend.version
  }
}
