/// Text without the remnants of LaTeX that pages leave in titles and abstracts.
///
/// Formulas become what plain letters can say: `$\epsilon$` is ε, `ell_infty` is ℓ_∞, `10.1\%` is
/// 10.1%, `x^{2}` is x². What is not understood stays as it is, so that nothing is lost.
public struct ReadableText: Sendable, Hashable {
  public let text: String

  public init(_ raw: String) {
    guard raw.utf8.contains(where: { Self.signs.contains($0) }) else {
      text = raw.utf8.contains(UInt8(ascii: "l")) ? Self.withBareNames(raw) : raw
      return
    }
    var parser = LaTeXText(raw)
    text = Self.withBareNames(parser.readable())
  }

  /// The bytes without which there is no LaTeX.
  private static let signs = Set(#"\$^_{}~`-"#.utf8)

  /// The text with the names of letters whose backslash a page has lost: only where they cannot be
  /// words.
  private static func withBareNames(_ text: String) -> String {
    guard text.contains("ell") || text.contains("infty") else { return text }
    return text.replacing(/\bell(?=[_₀-₉])/, with: "ℓ").replacing(/([_^])infty\b/) {
      "\($0.output.1)∞"
    }
    .replacing(/\bell-(?=[0-9∞]\b)/, with: "ℓ-")
  }
}
