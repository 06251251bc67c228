// Written by Scripts/lists.
// swift-format-ignore-file

import Methods

extension MethodRegistry<any Certifier> {
  /// The methods of 'assay certify'.
  public static var certifiers: MethodRegistry {
    MethodRegistry(
      command: "certify",
      [
        AlphaCROWNCertifier.self,
        CROWNCertifier.self,
        CompleteCertifier.self,
        IntervalCertifier.self,
        LipschitzCertifier.self,
        SmoothingCertifier.self,
      ])
  }
}
