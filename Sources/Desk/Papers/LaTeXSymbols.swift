/// What the commands of LaTeX that titles and abstracts use look like.
enum LaTeXSymbols {
  static let names: [String: String] = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π",
    "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    "infty": "∞", "ell": "ℓ", "partial": "∂", "nabla": "∇", "sum": "∑", "prod": "∏", "int": "∫",
    "sqrt": "√", "pm": "±", "times": "×", "cdot": "·", "ast": "*", "star": "⋆", "circ": "∘",
    "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠", "approx": "≈",
    "sim": "~", "simeq": "≃", "equiv": "≡", "propto": "∝", "ll": "≪", "gg": "≫",
    "in": "∈", "notin": "∉", "subset": "⊂", "subseteq": "⊆", "cup": "∪", "cap": "∩",
    "to": "→", "rightarrow": "→", "leftarrow": "←", "Rightarrow": "⇒", "mapsto": "↦",
    "ldots": "…", "dots": "…", "cdots": "⋯", "forall": "∀", "exists": "∃", "emptyset": "∅",
    "langle": "⟨", "rangle": "⟩", "Vert": "‖", "vert": "|", "prime": "′", "dagger": "†",
    "log": "log", "exp": "exp", "min": "min", "max": "max", "arg": "arg", "sup": "sup",
    "inf": "inf", "lim": "lim", "det": "det", "poly": "poly", "quad": " ", "qquad": " ",
    "textbackslash": "\\", "textasciitilde": "~", "LaTeX": "LaTeX", "TeX": "TeX",
    "textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘",
    "textquotedblleft": "“", "textquotedblright": "”", "textquotesingle": "'",
    "textunderscore": "_", "textregistered": "®", "textgreater": ">", "textless": "<",
    "textbar": "|", "euro": "€", "pounds": "£", "guillemotleft": "«", "guillemotright": "»",
    "texttrademark": "™", "copyright": "©", "textdegree": "°", "degree": "°",
  ]

  /// Commands for letters; as in all of LaTeX, a space after one of them only ends its name.
  static let letters: [String: String] = [
    "ss": "ß", "SS": "SS", "o": "ø", "O": "Ø", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ",
    "aa": "å", "AA": "Å", "l": "ł", "L": "Ł", "i": "i", "j": "j", "dh": "ð", "DH": "Ð", "dj": "đ",
    "DJ": "Đ", "th": "þ", "TH": "Þ", "ng": "ŋ", "NG": "Ŋ",
  ]

  /// Commands that only change how their argument looks.
  static let styles: Set<String> = [
    "emph", "textbf", "textit", "texttt", "textsc", "textrm", "textsf", "text", "em", "it", "bf",
    "tt", "sc", "rm", "sf", "mathbf", "mathbb", "mathcal", "mathrm", "mathsf", "mathit", "mathfrak",
    "boldsymbol", "bm", "operatorname", "underline", "overline", "mbox", "hbox", "left", "right",
    "big", "Big", "bigl", "bigr", "displaystyle", "textstyle", "url", "href", "footnote", "xspace",
    "hat", "tilde", "bar", "vec", "widehat", "widetilde", "small", "large", "Large", "relax",
    "upshape", "itshape", "scshape", "bfseries", "textup", "textmd", "textnormal", "enquote",
    "mkbibquote", "noopsort", "protect", "ensuremath", "textsuperscript", "textsubscript",
  ]

  /// Scripts whose backslash a page has lost.
  static let bareScripts = ["ast": "*", "infty": "∞", "star": "⋆", "prime": "′"]

  /// The combining sign of each accent whose command is a letter.
  static let letterAccents: [String: Unicode.Scalar] = [
    "H": "\u{30B}", "v": "\u{30C}", "u": "\u{306}", "c": "\u{327}", "k": "\u{328}",
    "r": "\u{30A}", "d": "\u{323}", "b": "\u{331}", "t": "\u{361}", "h": "\u{309}",
  ]

  /// The combining sign of each accent.
  static let accents: [Character: Unicode.Scalar] = [
    "'": "\u{301}", "`": "\u{300}", "\"": "\u{308}", "^": "\u{302}", "~": "\u{303}",
    "=": "\u{304}", ".": "\u{307}",
  ]

  static let superscripts = table("0123456789+-n()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ⁽⁾")
  static let subscripts = table("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎")

  private static func table(_ plain: String, _ set: String) -> [Character: Character] {
    Dictionary(uniqueKeysWithValues: zip(plain, set))
  }
}
