import Foundation
import Networks
import Tensors
import TestSupport
import Testing

struct VerifyCommandTests {
  @Test("One property: each answer has its exit code, and a violation its counterexample")
  func single() throws {
    try TestFiles.withTemporaryFolder { folder in
      let files = try VerificationFiles(in: folder)
      func verify(_ words: String...) throws -> AssayProcess {
        try AssayProcess.run(["verify", "net.onnx"] + words + ["--quiet"], in: folder)
      }
      let holds = try verify("holds.vnnlib")
      #expect(holds.exitCode == 0, "\(holds.errors)")
      #expect(holds.output.wholeMatch(of: /holds \d+\.\d\d s\n/) != nil)
      let violated = try verify("violated.vnnlib", "--out", "answer.txt")
      #expect(violated.exitCode == 1 && violated.errors.isEmpty)
      let lines = try files.read("answer.txt").split(separator: "\n").map(String.init)
      try #require(lines.count == 4)
      #expect(lines[0] == "violated")
      let numbers = lines.dropFirst().compactMap { line in
        Float(line.split(separator: " ").last!.filter { $0 != ")" })
      }
      #expect(numbers.count == 3)
      #expect(abs(numbers[0]) + abs(numbers[1]) == numbers[2] && numbers[2] >= 1.5)
      let late = try verify("holds.vnnlib", "--timeout", "0", "--json")
      #expect(late.exitCode == 3)
      let json = try JSONSerialization.jsonObject(with: Data(late.output.utf8)) as? [String: Any]
      #expect(json?["result"] as? String == "timeout")
    }
  }

  @Test("What is wrong is one line with its own exit code")
  func badInput() throws {
    try TestFiles.withTemporaryFolder { folder in
      let files = try VerificationFiles(in: folder)
      try files.write("(assert (<= X_0 1))", to: "bad.vnnlib")
      try files.write(
        "(declare-const X_0 Real)(declare-const Y_0 Real)(assert (<= X_0 1))"
          + "(assert (>= X_0 0))", to: "other.vnnlib")
      for (words, code) in [
        (["net.onnx", "bad.vnnlib"], 65), (["net.onnx", "other.vnnlib"], 65),
        (["net.onnx", "none.vnnlib"], 66), (["none.onnx", "holds.vnnlib"], 66),
        (["net.onnx"], 64), (["net.onnx", "holds.vnnlib", "--jobs", "2"], 64),
        (["--instances", "bad.vnnlib"], 65), (["--instances", "none.csv"], 66),
        (["--instances", "list.csv", "--out", "list.csv"], 65),
        (["--instances", "list.csv", "--engine", "slurm"], 64),
      ] {
        let result = try AssayProcess.run(["verify"] + words, in: folder)
        #expect(Int(result.exitCode) == code, "\(words): \(result.errors)")
        #expect(result.onlyError != nil, "\(words): \(result.errors)")
      }
    }
  }

  @Test("What an answer rests on, other than a proof of the network, is said in a second line")
  func reasons() throws {
    try TestFiles.withTemporaryFolder { folder in
      let files = try VerificationFiles(in: folder)
      let head = """
        (declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real)
        (assert (and (>= X_1 0) (<= X_1 1)))

        """
      try files.write(
        head + "(assert (and (>= X_0 2) (<= X_0 1)))(assert (>= Y_0 0))", to: "empty.vnnlib")
      let empty = try AssayProcess.run(["verify", "net.onnx", "empty.vnnlib"], in: folder)
      let lines = empty.output.split(separator: "\n")
      #expect(empty.exitCode == 0 && lines.count == 2 && lines[0].hasPrefix("holds"))
      #expect(lines.last?.hasPrefix("The input box is empty: input 0 ") == true)

      var builder = GraphBuilder()
      let input = builder.addInput(ValueType([.batch, 2]))
      let image = try builder.add(.reshape([.batch, 1, 1, 2]), [input])
      let large = try builder.add(
        .resize([2, 4], .cubic, alignsCorners: false), [image], name: "enlarge")
      let output = try builder.add(
        .reduce(.sum, axes: [1, 2, 3], keepingAxes: false), [large])
      let row = try builder.add(.reshape([.batch, 1]), [output])
      try builder.network(output: row).write(onnx: folder + "/cubic.onnx")
      try files.write(
        head + "(assert (and (>= X_0 0) (<= X_0 1)))(assert (>= Y_0 100))", to: "far.vnnlib")
      let unknown = try AssayProcess.run(["verify", "cubic.onnx", "far.vnnlib"], in: folder)
      #expect(unknown.exitCode == 2 && unknown.output.split(separator: "\n").count == 2)
      #expect(unknown.output.contains("'enlarge'") && unknown.output.contains("interval bounds"))
    }
  }

  @Test("Several networks are named by an option")
  func severalNetworks() throws {
    try TestFiles.withTemporaryFolder { folder in
      let files = try VerificationFiles(in: folder)
      try files.write(
        """
        (declare-network f (declare-input A float32 [1,2]) (declare-output B float32 [1,1]))
        (declare-network g (declare-input C float32 [1,2]) (declare-output D float32 [1,1]))
        (assert (and (<= 0 A[0,0]) (<= A[0,0] 1) (<= 0 A[0,1]) (<= A[0,1] 1)))
        (assert (and (<= 0 C[0,0]) (<= C[0,0] 1) (<= 0 C[0,1]) (<= C[0,1] 1)))
        (assert (and (== A[0,0] C[0,0]) (== A[0,1] C[0,1])))
        (assert (>= B[0,0] (+ D[0,0] 0.1)))
        """, to: "same.vnnlib")
      let same = try AssayProcess.run(
        ["verify", "same.vnnlib", "--network", "f=net.onnx", "--network", "g=net.onnx"], in: folder)
      #expect(same.exitCode == 0, "\(same.errors)")
      let missing = try AssayProcess.run(
        ["verify", "same.vnnlib", "--network", "f=net.onnx"], in: folder)
      #expect(missing.exitCode == 65 && missing.onlyError?.contains("--network g=PATH") == true)
      let twice = try AssayProcess.run(
        ["verify", "same.vnnlib", "--network", "f=net.onnx", "--network", "f=net.onnx"], in: folder)
      #expect(twice.exitCode == 64)
    }
  }

  @Test("A list goes on where it stopped, and is compared with what was expected")
  func list() throws {
    try TestFiles.withTemporaryFolder { folder in
      let files = try VerificationFiles(in: folder, repeats: 2)
      try files.write(
        "network,property,timeout_s,expected,tools_agreeing,tools_disagreeing\n"
          + "net.onnx,holds.vnnlib,20,holds,3,0\nnet.onnx,violated1.vnnlib,20,holds,2,1\n",
        to: "expected.csv")
      // A run that was killed while it wrote its second row.
      try files.write(
        "network,property,result,seconds\nnet.onnx,holds1.vnnlib,holds,0.5\nnet.onnx,viol",
        to: "answers.csv")
      let words = ["verify", "--instances", "list.csv", "--out", "answers.csv", "--jobs", "2"]
      let first = try AssayProcess.run(words + ["--quiet"], in: folder)
      #expect(first.exitCode == 0 && first.errors.isEmpty)
      #expect(first.output.contains("4 of 4 instances answered."))
      let answers = [
        "net.onnx,holds.vnnlib,holds", "net.onnx,holds1.vnnlib,holds",
        "net.onnx,violated.vnnlib,violated", "net.onnx,violated1.vnnlib,violated",
      ]
      #expect(try files.answers("answers.csv").sorted() == answers)
      let second = try AssayProcess.run(words + ["--expected", "expected.csv"], in: folder)
      #expect(second.exitCode == 1)
      #expect(second.errors.isEmpty, "nothing is settled twice")
      #expect(second.output.contains("2 compared, 1 disagreements."))
      #expect(
        second.output.contains(
          "violated1.vnnlib: violated, expected holds (2 tools agree, 1 disagree)"))
      #expect(try files.answers("answers.csv").count == 4)
    }
  }

  @Test("An instance that cannot be run is an error, and the next run tries again")
  func brokenInstance() throws {
    try TestFiles.withTemporaryFolder { folder in
      let files = try VerificationFiles(in: folder)
      try files.write(
        "net.onnx,later.vnnlib,20\nnet.onnx,holds.vnnlib,20\n", to: "list.csv")
      let words = ["verify", "--instances", "list.csv", "--out", "a.csv", "--quiet"]
      #expect(try AssayProcess.run(words, in: folder).exitCode == 2)
      #expect(
        try files.answers("a.csv") == [
          "net.onnx,later.vnnlib,error", "net.onnx,holds.vnnlib,holds",
        ])
      try files.write(try files.read("violated.vnnlib"), to: "later.vnnlib")
      #expect(try AssayProcess.run(words, in: folder).exitCode == 0)
      #expect(
        try files.answers("a.csv") == [
          "net.onnx,holds.vnnlib,holds", "net.onnx,later.vnnlib,violated",
        ])
    }
  }
}
