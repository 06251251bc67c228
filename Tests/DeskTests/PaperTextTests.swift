import Testing

@testable import Desk

struct PaperTextTests {
  @Test(
    "Remnants of LaTeX become what a reader wants",
    arguments: [
      (#"a 10.1\% accuracy gain"#, "a 10.1% accuracy gain"),
      ("Beyond ell_1 sparse coding in V1", "Beyond ℓ_1 sparse coding in V1"),
      ("Regression with ell_infty Guarantee", "Regression with ℓ_∞ Guarantee"),
      ("GUI-G^2: Rewards", "GUI-G²: Rewards"), ("number k_{ast} is known", "number k_* is known"),
      ("in R^{ntimes d} and", "in R^(n×d) and"), (#"$\epsilon$-robust"#, "ε-robust"),
      (#"\emph{very} {DNN}s"#, "very DNNs"), (#"Schr\"odinger"#, "Schrödinger"),
      (#"Erd\H{o}s costs $5 a month"#, "Erdős costs $5 a month"), ("x^{10} y_{0}", "x¹⁰ y₀"),
      ("snake_case and 2_000", "snake_case and 2_000"), ("about ~10 GB", "about ~10 GB"),
      ("well-known fellow", "well-known fellow"), ("Soft-NMS -- Improving", "Soft-NMS – Improving"),
    ])
  func readable(_ raw: String, _ expected: String) {
    #expect(ReadableText(raw).text == expected)
  }

  @Test(
    "Accents and letters of LaTeX in every spelling that bibliographies have",
    arguments: [
      (#"G{\"o}del, G\"odel, G{\"{o}}del, G\"{o}del"#, "Gödel, Gödel, Gödel, Gödel"),
      (#"{\v C}apek, \v{C}apek, {\v{C}}apek, \v Capek"#, "Čapek, Čapek, Čapek, Čapek"),
      (#"Fran\c{c}ois, Fran\c cois"#, "François, François"),
      (#"Mart\'{\i}n, Mart{\'\i}n, Mart\'\i n, Mart\'in"#, "Martín, Martín, Martín, Martín"),
      (#"S{\o}ren, S\o ren, S\o{}ren \O{}re"#, "Søren, Søren, Søren Øre"),
      (#"\L{}ukasz, {\L}ukasz, \AA ngstr\"om, Stra{\ss}e"#, "Łukasz, Łukasz, Ångström, Straße"),
      (#"\k{A}, \r{u}, \u{g}, \d{s}, \b{d}, \=a, \.{I}, \~n"#, "Ą, ů, ğ, ṣ, ḏ, ā, İ, ñ"),
      (#"{\oe}uvre, {\DJ}or{\dj}e, {\th}orn, {\dh}"#, "œuvre, Đorđe, þorn, ð"),
      (#"\'{}x \' \v{"#, #"'x ' \v"#), (#"\" alone, \' x"#, #"" alone, ' x"#),
    ])
  func accents(_ raw: String, _ expected: String) {
    #expect(ReadableText(raw).text == expected)
  }

  @Test("A row of accents is read without going deeper")
  func manyAccents() {
    #expect(!ReadableText(String(repeating: #"\v"#, count: 20_000)).text.isEmpty)
    #expect(!ReadableText(String(repeating: #"\v{"#, count: 10_000)).text.isEmpty)
  }

  @Test("Repositories are found once each, without the end of a sentence")
  func repositories() {
    let text =
      "Code: https://github.com/a/b. See github.com/A/B and (http://www.gitlab.com/x/y.git), not github.com alone."
    #expect(
      PaperLink.repositories(in: text).map(\.url) == [
        "https://github.com/a/b", "https://gitlab.com/x/y",
      ])
  }

  @Test("Titles with small edits are one, parts and versions are not")
  func titleKeys() {
    func isSame(_ first: String, _ second: String) -> Bool {
      TitleKey(first).isNearlyEqual(to: TitleKey(second))
    }
    let title = "Sharpness-Aware Minimization for Efficiently Improving Generalization"
    #expect(isSame(title, "sharpness aware minimization for efficiently improving generalization!"))
    #expect(isSame(title, "Sharpness-Aware Minimisation for Efficiently Improving Generalization"))
    #expect(isSame("Naïve Bayes", "Naive Bayes"))
    #expect(
      !isSame("A Long Enough Title on Networks, Part 1", "A Long Enough Title on Networks, Part 2"))
    #expect(!isSame("Adam", "Adan"))
    #expect(!isSame(title, "Sharpness-Aware Minimization"))
  }

  @Test("A snippet shows the words in their surroundings, and loses nothing of a short text")
  func snippets() {
    let short = Snippet(of: "Flat minima generalize better.", words: ["flat", "minimum"])
    #expect(short.text == "Flat minima generalize better.")
    #expect(short.pieces.filter(\.isMatch).map(\.text) == ["Flat"])
    let long = (0..<200).map { $0 == 150 ? "certified" : "word\($0)" }.joined(separator: " ")
    let snippet = Snippet(of: long, words: ["certify"])
    #expect(snippet.pieces.contains { $0.isMatch && $0.text == "certified" })
    #expect(snippet.text.hasPrefix("… ") && snippet.text.hasSuffix(" …"))
    #expect(Snippet(of: "", words: ["a"]).text.isEmpty)
  }
}
