import Foundation
import Models
import Networks
import Tensors

/// What the model takes to run: parameters, operations, time and memory.
public struct ResourcesCheck: Check {
  public let id = "resources"
  public let title = "Resources"
  /// How often each batch is timed.
  public var repetitions = 30

  public init() {}

  public func run(_ context: inout AuditContext) throws -> Finding {
    let network = context.subject.network
    let single = try latencies(network, batch: 1, context)
    context.report(0.5)
    let batch = try latencies(network, batch: 64, context)
    let cost = network.cost
    let memory = Self.peakResidentBytes()
    var metrics: NamedList<Metric> = [
      "latencyMs1": latency(single, "Latency, batch 1"),
      "latencyMs64": latency(batch, "Latency, batch 64"),
      "parameters": Metric(Double(network.parameters.count), unit: .count, label: "Parameters"),
      "flops": Metric(cost.flops, unit: .count, label: "FLOPs per example"),
      "activationBytes": Metric(
        Double(network.peakActivationBytes), unit: .bytes, label: "Activation memory per example"),
    ]
    if let memory {
      metrics["peakMemoryBytes"] = Metric(memory, unit: .bytes, label: "Peak memory of this audit")
    }
    return Finding(
      id: id, title: title, status: .pass,
      summary: "\(network.parameters.count) parameters; median latency "
        + "\(milliseconds(percentile(batch, 0.5))) ms for a batch of 64.",
      metrics: metrics,
      figures: [
        .table(
          .init(
            title: "Latency in milliseconds, \(repetitions) runs",
            columns: ["Batch", "Median", "p90", "p99"],
            rows: [("1", single), ("64", batch)].map { name, times in
              [name] + [0.5, 0.9, 0.99].map { milliseconds(percentile(times, $0)) }
            }))
      ],
      notes: [
        "Latency was measured on this machine with \(Backend.threads) threads, and varies between runs.",
        "A multiply-add counts as two FLOPs.",
      ])
  }

  /// Milliseconds of each run, ascending.
  private func latencies(
    _ network: Network, batch: Int, _ context: AuditContext
  ) throws -> [Double] {
    let inputs = context.subject.data.inputs
    let rows = Tensor.range(0..<batch).remainder(dividingBy: Tensor(scalar: inputs.size(0)))
    let sample = inputs.gathering(rows)
    for _ in 0..<3 { _ = try network.logits(of: sample) }
    let clock = ContinuousClock()
    return try (0..<repetitions).map { _ in
      try Task.checkCancellation()
      return try clock.measure { _ = try network.logits(of: sample) } / .milliseconds(1)
    }.sorted()
  }

  private func percentile(_ sorted: [Double], _ share: Double) -> Double {
    sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
  }

  private func latency(_ sorted: [Double], _ label: String) -> Metric {
    Metric(
      percentile(sorted, 0.5), low: percentile(sorted, 0.05), high: percentile(sorted, 0.95),
      unit: .milliseconds, label: label)
  }

  private func milliseconds(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }

  /// The most memory that this process has held, where the system tells.
  static func peakResidentBytes() -> Double? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
    else { return nil }
    return kilobytes * 1024
  }
}
