import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

struct CertifyCommandTests {
  private func certified(_ method: String, in folder: String) throws -> Int {
    let result = try AssayProcess.run(
      [
        "certify", CommandTests.model, CommandTests.data, "--radius", "0.02", "--method", method,
        "--limit", "20", "--json", "--quiet", "--report", "report",
      ], in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    let count = (json?["outcomes"] as? [String: Int])?["certified"]
    let rows = try String(contentsOfFile: folder + "/report/examples.csv", encoding: .utf8)
      .split(separator: "\n")
    #expect(rows.count == 21)
    #expect(rows.filter { $0.contains(",certified,") }.count == count)
    return try #require(count)
  }

  @Test("Tighter methods certify as many or more")
  func methods() throws {
    try TestFiles.withTemporaryFolder { folder in
      let counts = try ["lipschitz", "ibp", "crown"].map { try certified($0, in: folder) }
      #expect(counts == counts.sorted())
      #expect(counts[2] > 10)
    }
  }

  @Test("Bounds contain the scores, and tighter methods lie within")
  func bounds() throws {
    try TestFiles.withTemporaryFolder { folder in
      func bounds(_ method: String) throws -> (lower: Tensor, upper: Tensor) {
        let result = try AssayProcess.run(
          [
            "bounds", CommandTests.model, CommandTests.data, "--radius", "0.02", "--method",
            method, "--limit", "5", "--out", "b.npz",
          ], in: folder)
        #expect(result.exitCode == 0, "\(result.errors)")
        let file = try NPZ(reading: folder + "/b.npz")
        return (try file.array("lower"), try file.array("upper"))
      }
      let (loose, tight) = (try bounds("interval"), try bounds("crown"))
      #expect((tight.lower .<= tight.upper).all().booleans[0])
      #expect((tight.lower .>= loose.lower).all().booleans[0])
      #expect((tight.upper .<= loose.upper).all().booleans[0])
    }
  }
}
