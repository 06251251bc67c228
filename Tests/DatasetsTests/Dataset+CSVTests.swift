import Datasets
import Tensors
import TestSupport
import Testing

private func read(_ text: String, label: String? = nil) throws -> Dataset {
  try Dataset(csv: text, source: "t", labelColumn: label)
}

@Test(
  "Numbers are read in their columns",
  arguments: [
    ValueCase("the last column is the label", [1, 2, 3, 4], shape: [2, 2]) {
      try read("a,b,kind\n1,2,0\n3,4,1\n").inputs
    },
    ValueCase("a column called label", [2, 9, 4, 9], shape: [2, 2]) {
      try read("label,b,c\n0,2,9\n1,4,9").inputs
    },
    ValueCase("a column that is asked for", [1, 0, 3, 1], shape: [2, 2]) {
      try read("a,b,label\n1,2,0\n3,4,1\n", label: "b").inputs
    },
    ValueCase("quotes, blanks, carriage returns", [1.5, -2e3], shape: [1, 2]) {
      try read("\u{feff}\"a,\"\"b\"\"\",c,d\r\n\r\n\"1.5\", -2e3 ,0\r\n").inputs
    },
  ])
func csvNumbers(_ row: ValueCase) throws { try row.check() }

@Test("A first row of numbers is an example, unless it counts the columns")
func csvWithoutHeader() throws {
  let bare = try read("1.5,2,1\n3,4,0\n")
  #expect(bare.inputs.elements(as: Float.self) == [1.5, 2, 3, 4] && bare.labels == [1, 0])
  #expect(try read("0,1,2\n5,6,1\n").labels == [1])
  #expect(try read("1,2,3\n5,6,1\n").inputs.shape == [1, 2])
  #expect(try read("5e-1,2,1.0e+00\n3,4,0.0e+00\n").labels == [1, 0])
  #expect(try read("7,8,1\n").inputs.shape == [1, 2])
  #expect(throws: DataError.self) { try read("a,b,c\n") }
}

@Test("Whole labels are used as they are, others become classes in order")
func csvLabels() throws {
  let numbers = try read("a,y\n1,3\n2,0\n")
  #expect(numbers.labels == [3, 0] && numbers.classNames == nil)
  let names = try read("a,y\n1,dog\n2,cat\n3,\"dog\"\n")
  #expect(names.labels == [1, 0, 1] && names.classNames == ["cat", "dog"])
  let signs = try read("a,y\n1,-1\n2,1\n")
  #expect(signs.labels == [0, 1] && signs.classNames == ["-1", "1"])
}

@Test(
  "Tables with a fault are refused, with the place of the fault",
  arguments: [
    ("", DataError.noExamples(path: "t")),
    ("a,b\n", .noExamples(path: "t")),
    ("a,b\n1,2\n1\n", .raggedRow(path: "t", line: 3, expected: 2, found: 1)),
    ("a,b\n\"1\n2\",2\n1,2,3\n", .raggedRow(path: "t", line: 4, expected: 2, found: 3)),
    ("a,b\n1,2\n\n1,2,3\n", .raggedRow(path: "t", line: 4, expected: 2, found: 3)),
    ("a,b\n1,2\nx,3\n", .notANumber(path: "t", line: 3, column: "a", text: "x")),
    ("a,b\n,2\n", .notANumber(path: "t", line: 2, column: "a", text: "")),
    ("a,b\nnan,2\n", .notANumber(path: "t", line: 2, column: "a", text: "nan")),
    ("a,b\n1e99,2\n", .notANumber(path: "t", line: 2, column: "a", text: "1e99")),
    ("a,b\n\"1,2\n", .malformed(path: "t", reason: "the quote opened on line 2 is not closed")),
    ("a,b\n\"1\"x,2\n", .malformed(path: "t", reason: "text follows a quote on line 2")),
    (
      "a\n1\n",
      .wrongRank(
        path: "t", array: "table", shape: [1, 1],
        expected: "at least one column of numbers and one of labels")
    ),
    (
      String(repeating: ",", count: 200_000),
      .tooLarge(path: "t", what: "a number of columns", size: 131_073, limit: 131_072)
    ),
  ])
func csvFaults(_ text: String, _ expected: DataError) {
  let error = #expect(throws: DataError.self) { try read(text) }
  #expect(error == expected)
}

@Test("A label column that is not there is an error that lists the columns")
func csvMissingColumn() {
  #expect(throws: DataError.missingColumn(path: "t", column: "z", available: ["a", "b"])) {
    try read("a,b\n1,2\n", label: "z")
  }
}
