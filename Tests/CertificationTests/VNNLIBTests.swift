import Certification
import Datasets
import Foundation
import Models
import Tensors
import TestSupport
import Testing

private let header = """
  (declare-const X_0 Real)
  (declare-const X_1 Real)
  (declare-const Y_0 Real)
  (declare-const Y_1 Real)
  (assert (and (>= X_0 0) (<= X_0 1.0) (>= X_1 -1e-1) (<= X_1 +1)))

  """

/// A text after the header, and what is wrong with it.
private struct HostileCase: Sendable, CustomTestStringConvertible {
  let text: String
  let line: Int
  let column: Int
  let reason: VNNLIBError.Reason
  var isWhole = false
  var testDescription: String { String(text.prefix(60)) }
}

private let hostile: [HostileCase] = [
  .init(
    text: "(assert (<= Y_0 Y_2))", line: 6, column: 17, reason: .undeclared("Y_2")),
  .init(text: "(assert (<= Y_0 Y_1)", line: 6, column: 1, reason: .unclosed),
  .init(text: "(assert (or))", line: 6, column: 9, reason: .emptyList("or")),
  .init(text: "(assert (and))", line: 6, column: 9, reason: .emptyList("and")),
  .init(text: "(assert (<= Y_0))", line: 6, column: 9, reason: .tooFewOperands("<=")),
  .init(text: "(assert (<= Y_0 1e999))", line: 6, column: 17, reason: .numberOutOfRange("1e999")),
  .init(text: "(assert (<= Y_0 nan))", line: 6, column: 17, reason: .badNumber("nan")),
  .init(text: "(assert (<= Y_0 0x10))", line: 6, column: 17, reason: .badNumber("0x10")),
  .init(text: "(assert (<= Y_0 1.2.3))", line: 6, column: 17, reason: .badNumber("1.2.3")),
  .init(text: "(assert (<= Y_0 1e))", line: 6, column: 17, reason: .badNumber("1e")),
  .init(text: "(assert (<= Y_00 1))", line: 6, column: 13, reason: .badNumber("Y_00")),
  .init(
    text: "(assert (xor (<= Y_0 1)))", line: 6, column: 10,
    reason: .unexpected(found: "xor", expected: "and, or, not, =>, <=, >=, <, >, == or !=")),
  .init(text: "(push 1)", line: 6, column: 2, reason: .unknownCommand("push")),
  .init(text: "(set-info :source |a ) b", line: 6, column: 1, reason: .unclosed),
  .init(text: "(assert (=> (<= Y_0 1)))", line: 6, column: 9, reason: .tooFewOperands("=>")),
  .init(
    text: "(assert (<= Y_0 (/ 1 0)))", line: 6, column: 17,
    reason: .unsupported("division by anything but a number other than 0")),
  .init(text: "(assert (<= (/ Y_0 3) 1))", line: 6, column: 13, reason: .inexact("Y_0")),
  .init(text: "(declare-const X_1 Real)", line: 6, column: 16, reason: .duplicate("X_1")),
  .init(text: "(declare-const X_2 Int)", line: 6, column: 20, reason: .wrongSort("Int")),
  .init(text: "(declare-const Z_2 Real)", line: 6, column: 16, reason: .badName("Z_2")),
  .init(
    text: "(declare-const X_3 Real)", line: 6, column: 16,
    reason: .gap(missing: "X_2", declared: "X_3")),
  .init(
    text: "(declare-const X_99999999999 Real)", line: 6, column: 16,
    reason: .tooMany("variables of a kind", limit: 1 << 20)),
  .init(text: "(declare-const X_2 Real)", line: 6, column: 16, reason: .unbounded("X_2")),
  .init(text: "(assert (<= Y_0 \"1\"))", line: 6, column: 17, reason: .unexpectedByte(34)),
  .init(text: "(assert (<= Y_0 \u{0})))", line: 6, column: 17, reason: .unexpectedByte(0)),
  .init(text: "(assert (<= Y_0 é))", line: 6, column: 17, reason: .unexpectedByte(0xc3)),
  .init(
    text: ")", line: 6, column: 1,
    reason: .unexpected(found: ")", expected: "a command in parentheses")),
  .init(
    text: String(repeating: "(", count: 100_000), line: 6, column: 2,
    reason: .unexpected(found: "(", expected: "a command")),
  .init(
    text: "(assert " + String(repeating: "(and ", count: 100_000), line: 6, column: 509,
    reason: .tooMany("parentheses within each other", limit: 100)),
  .init(
    text: "(assert (<= Y_0 \(String(repeating: "1", count: 5000))))", line: 6, column: 17,
    reason: .wordTooLong(limit: 1200)),
  .init(
    text: String(repeating: "(assert (or (<= Y_0 1) (<= Y_1 1)))\n", count: 80), line: 1,
    column: 1, reason: .tooMany("cases", limit: 20_000)),
  .init(
    text: "(assert (<= (* 0.1 (* 0.3 Y_0)) 1))", line: 6, column: 13, reason: .inexact("Y_0")),
  .init(text: "", line: 1, column: 1, reason: .noVariables("X"), isWhole: true),
  .init(
    text: "(declare-const X_0 Real)", line: 1, column: 1, reason: .noVariables("Y"), isWhole: true),
  .init(
    text: "(declare-const X_0 Real)(declare-const Y_0 Real)", line: 1, column: 49,
    reason: .noAssertion, isWhole: true),
]

@Suite struct VNNLIBTests {
  private func read(_ text: String) throws -> VerificationProperty {
    try VerificationProperty(vnnlibText: header + text)
  }

  private func numbers(_ tensor: Tensor) -> [Double] { tensor.elements(as: Double.self) }

  @Test("What is wrong is said with its place", arguments: hostile)
  fileprivate func hostileText(_ row: HostileCase) {
    #expect {
      try VerificationProperty(
        vnnlibText: (row.isWhole ? "" : header) + row.text, source: "p.vnnlib")
    } throws: { error in
      #expect("\(error)".count < 200 && !"\(error)".contains("\n"))
      guard row.reason != .tooMany("parentheses within each other", limit: 100) else {
        return (error as? VNNLIBError)?.reason == row.reason
      }
      #expect(
        error as? VNNLIBError
          == VNNLIBError(
            source: "p.vnnlib", line: row.line, column: row.column, reason: row.reason))
      return true
    }
  }

  @Test("Sums, products and comparisons mean what they say")
  func linearForms() throws {
    let property = try read("(assert (<= (+ (* 2.0 X_0) (- X_1) (* Y_0 0.5) 1) (- Y_1 3)))")
    let item = try #require(property.cases.first)
    #expect(property.cases.count == 1)
    #expect(numbers(item.box.lower) == [0, -0.1])
    #expect(numbers(item.box.upper) == [1, 1])
    #expect(numbers(item.inputs) == [2, -1])
    #expect(numbers(item.outputs) == [0.5, -1])
    #expect(numbers(item.constants) == [4])
    let greater = try read("(assert (> Y_0 2))(assert (= Y_1 3))").cases[0]
    #expect(numbers(greater.outputs) == [-1, 0, 0, 1, 0, -1])
    #expect(numbers(greater.constants) == [2, -3, 3])
  }

  @Test("Inputs and outputs in one alternative become boxes and rows")
  func mixedAlternatives() throws {
    let property = try read(
      """
      (assert (or (and (<= X_0 0.5) (>= Y_0 Y_1)) (and (>= X_0 0.5) (<= Y_0 1)) (and (>= X_0 3))))
      (assert (or (<= (* 4 X_1) 2) (<= X_1 -0.5)))
      """)
    #expect(property.cases.count == 2)
    #expect(numbers(property.cases[0].box.upper) == [0.5, 0.5])
    #expect(numbers(property.cases[1].box.lower) == [0.5, -0.1])
    #expect(numbers(property.cases[0].outputs) == [-1, 1])
  }

  @Test("Bounds and constants are rounded so that nothing is lost")
  func rounding() throws {
    let third = try read("(assert (<= (* 3 X_0) 1))").cases[0]
    #expect(numbers(third.box.upper)[0] == (1.0 / 3).nextUp)
    // 0.1 and 0.2, as doubles, add up to a little less than the double 0.3… that they round to.
    let sum = try read("(assert (<= Y_0 (+ 0.1 0.2)))").cases[0]
    #expect(numbers(sum.constants)[0] < -(0.1 + 0.2))
    #expect(numbers(sum.constants)[0] > -0.3001)
    // Written between two doubles, and meant there.
    let halfway = try read("(assert (<= Y_0 9007199254740993.0000000000000001))").cases[0]
    #expect(numbers(halfway.constants) == [-9_007_199_254_740_996])
    #expect(numbers(halfway.acceptedConstants) == [-9_007_199_254_740_992])
  }

  @Test("Printing and reading gives the same property")
  func roundTrip() throws {
    var generator = Generator(seed: 3)
    for _ in 0..<40 {
      func draw(_ shape: Shape, _ scale: Double = 3) -> Tensor {
        Tensor.uniform(shape, in: -scale...scale, dtype: .float64, using: &generator)
      }
      let rows = Int.random(in: 1...3, using: &generator)
      let cases = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
        let lower = draw([3])
        return VerificationProperty.Case(
          box: Box(lower: lower, upper: lower + draw([3]).magnitude() * 1e-3),
          inputs: draw([rows, 3], 1e-9), outputs: draw([rows, 2], 1e9), constants: draw([rows]))
      }
      let property = VerificationProperty(cases: cases)
      let again = try VerificationProperty(vnnlibText: property.vnnlib)
      #expect(again.cases.count == cases.count)
      for (a, b) in zip(again.cases, cases) {
        #expect(numbers(a.box.lower) == numbers(b.box.lower))
        #expect(numbers(a.box.upper) == numbers(b.box.upper))
        #expect(numbers(a.inputs) == numbers(b.inputs))
        #expect(numbers(a.outputs) == numbers(b.outputs))
        #expect(numbers(a.constants) == numbers(b.constants))
      }
    }
  }

  @Test("Damaged text is refused, never worse")
  func mutations() {
    let text = Array((header + "(assert (or (and (<= Y_0 Y_1)) (>= (* 2 X_0) Y_1)))").utf8)
    var generator = Generator(seed: 9)
    for _ in 0..<1500 {
      var bytes = text
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        default: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &generator)], at: place)
        }
      }
      _ = try? VerificationProperty(vnnlibText: String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test("Thousands of alternatives are read")
  func manyCases() throws {
    let parts = (0..<5000).map { "(and (>= X_0 0.\(10000 + $0)) (<= Y_0 \($0)))" }
    #expect(try read("(assert (or \(parts.joined(separator: "\n"))))").cases.count == 5000)
  }

  @Test("A file that is too large is refused before it is read")
  func largeFile() throws {
    try TestFiles.withTemporaryFolder { folder in
      let path = folder + "/large.vnnlib"
      try #require(FileManager.default.createFile(atPath: path, contents: nil))
      try #require(truncate(path, 100 << 20) == 0)
      #expect(throws: DataError.self) { try VerificationProperty(vnnlib: path) }
      #expect(throws: DataError.missingFile(path: folder + "/none")) {
        try VerificationProperty(vnnlib: folder + "/none")
      }
    }
  }

  @Test(
    "Every property of the competition is read, compressed or not",
    .enabled(if: TestFiles.shared("vnncomp") != nil, "../shared/vnncomp is absent"))
  func competition() throws {
    let folder = try #require(TestFiles.shared("vnncomp"))
    var count = 0
    for (name, features) in [("acasxu", 5), ("mnistfc", 784)] {
      let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)")
      for file in files.sorted() where file.hasSuffix(".vnnlib") {
        let property = try VerificationProperty(vnnlib: "\(folder)/\(name)/\(file)")
        #expect(property.featureCount == features)
        #expect(property.outputCount == (features == 5 ? 5 : 10))
        #expect(property.cases.count == (Self.caseCounts[file] ?? 9))
        count += 1
      }
    }
    #expect(count == 40)
  }

  /// Alternatives of each property of acasxu, counted by hand.
  private static let caseCounts = [
    "prop_1.vnnlib": 1, "prop_2.vnnlib": 1, "prop_3.vnnlib": 1, "prop_4.vnnlib": 1,
    "prop_5.vnnlib": 4, "prop_6.vnnlib": 8, "prop_7.vnnlib": 2, "prop_8.vnnlib": 3,
    "prop_9.vnnlib": 4, "prop_10.vnnlib": 4,
  ]

  @Test("A compressed property is read")
  func compressed() throws {
    try TestFiles.withTemporaryFolder { folder in
      let path = folder + "/p.vnnlib"
      try Data((header + "(assert (<= Y_0 0))").utf8).write(to: URL(fileURLWithPath: path))
      let gzip = Process()
      gzip.executableURL = URL(fileURLWithPath: "/bin/gzip")
      gzip.arguments = [path]
      try gzip.run()
      gzip.waitUntilExit()
      #expect(try VerificationProperty(vnnlib: path + ".gz").cases.count == 1)
    }
  }

  @Test("A counterexample is printed with all its digits")
  func counterexample() {
    let found = Counterexample(
      input: Tensor([Float(0.1), 1e-20], shape: [1, 2]), output: Tensor([Float(-1.25)]))
    #expect(
      found.text == "((X_0 0.10000000149011612)\n (X_1 9.999999682655225e-21)\n (Y_0 -1.25))\n")
  }
}
