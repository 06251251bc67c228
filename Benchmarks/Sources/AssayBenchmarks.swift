import Foundation
import Tensors

/// Runs one benchmark and prints what it took as a line of JSON; `Benchmarks/run.py` runs the peers
/// beside it.
///
///     AssayBenchmarks NAME MODEL.onnx DATA.npz
@main
struct AssayBenchmarks {
  static func main() throws {
    Backend.keepFreedMemory()
    let arguments = CommandLine.arguments
    guard arguments.count == 4,
      let benchmark = Benchmark.all.first(where: { $0.name == arguments[1] })
    else {
      let names = Benchmark.all.map(\.name).joined(separator: " | ")
      FileHandle.standardError.write(
        Data("Usage: AssayBenchmarks \(names) MODEL.onnx DATA.npz\n".utf8))
      exit(64)
    }
    let work = try benchmark.prepare(BenchmarkInput(model: arguments[2], data: arguments[3]))
    for _ in 0..<benchmark.warmups { _ = try work() }
    let clock = ContinuousClock()
    var result = Double.nan
    let times = try (0..<benchmark.runs).map { _ in
      try clock.measure { result = try work() } / .milliseconds(1)
    }
    let line: [String: Any] = ["milliseconds": times, "result": result.isFinite ? result : 0]
    print(String(decoding: try JSONSerialization.data(withJSONObject: line), as: UTF8.self))
  }
}
