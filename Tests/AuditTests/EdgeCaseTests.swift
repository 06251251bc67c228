import Datasets
import Foundation
import Networks
import Reports
import Tensors
import TestSupport
import Testing

@testable import Audit

/// Whole audits of unusual models and data, none of which may end in anything but findings.
struct EdgeCaseTests {
  private func audit(_ network: Network, _ data: Dataset) throws -> [String: Finding] {
    let findings = try Audit().run(
      AuditSubject(network: network, data: data), settings: AuditSettings(radii: [0.05]))
    #expect(findings.count == Audit.standardChecks.count)
    return Dictionary(uniqueKeysWithValues: findings.map { ($0.id, $0) })
  }

  private func random(_ shape: Shape, classes: Int, seed: UInt64 = 1) throws -> Dataset {
    var generator = Generator(seed: seed)
    return try Dataset(
      name: "random", inputs: .uniform(shape, using: &generator),
      labels: (0..<shape[0]).map { $0 % classes })
  }

  @Test("One example")
  func single() throws {
    let (network, data) = try Samples.images(1)
    let findings = try audit(network, data)
    #expect(findings["calibration"]?.status == .skipped)
    #expect(findings["accuracy"]?.status == .warn)
  }

  @Test("Every decision right, and every decision wrong", arguments: [true, false])
  func unanimous(_ isRight: Bool) throws {
    let (network, data) = try Samples.images()
    let labels = try data.requiredLabels().map { isRight ? $0 : 1 - $0 }
    let findings = try audit(network, Dataset(name: "d", inputs: data.inputs, labels: labels))
    #expect(findings["accuracy"]?.metrics["accuracy"]?.value == (isRight ? 1 : 0))
    #expect(findings["accuracy"]?.status == (isRight ? .pass : .fail))
    #expect(findings["calibration"]?.status != .skipped)
    if isRight { #expect(findings["calibration"]?.advice == []) }
    if !isRight { #expect(findings["attack"]?.series["robustAccuracy"]?.map(\.value) == [0]) }
  }

  @Test("A class that the data lack is named")
  func missingClass() throws {
    let network = try Samples.identity(classes: 3)
    let data = try random([30, 3], classes: 2)
    let findings = try audit(network, data)
    #expect(findings["accuracy"]?.notes.contains { $0.contains("No examples of 1 of 3") } == true)
  }

  @Test("A table whose features leave 0...1")
  func table() throws {
    var generator = Generator(seed: 2)
    let inputs = Tensor.normal([40, 4], using: &generator) * 20 - 5
    let network = try Network(input: [4], seed: 3) {
      Linear(8)
      ReLU()
      Linear(2)
    }
    let subject = try AuditSubject(
      network: network,
      data: Dataset(name: "t", inputs: inputs, labels: (0..<40).map { $0 % 2 }))
    #expect(subject.domain.lowerBound < -5 && subject.domain.upperBound > 5)
    let findings = try audit(network, subject.data)
    #expect(findings["corruptions"]?.status == .skipped)
    #expect(findings["attack"]?.status != .skipped)
    #expect(findings["explanations"]?.status != .skipped)
  }

  @Test("Images in color, and flat rows of them")
  func color() throws {
    let network = try Network(input: [3, 8, 8], seed: 3) {
      Conv2d(4, kernel: 3)
      ReLU()
      Flatten()
      Linear(3)
    }
    let data = try random([24, 3, 8, 8], classes: 3)
    #expect(try audit(network, data)["corruptions"]?.status != .skipped)
    let flat = try Dataset(
      name: "flat", inputs: data.inputs.reshaped(to: [24, 192]), labels: data.requiredLabels())
    #expect(throws: AuditError.self) { try AuditSubject(network: network, data: flat) }
    let subject = try AuditSubject(network: network, data: flat, layout: .nchw)
    #expect(subject.notes.contains { $0.contains("were read as [3, 8, 8]") })
    expectClose(subject.data.inputs, data.inputs, absolute: 0)
  }

  @Test("Weights that are no numbers: a warning, no right decisions, and valid JSON")
  func brokenWeights() throws {
    var (network, data) = try Samples.images()
    network.parameters = network.parameters.with(values: network.parameters.values * Float.nan)
    let findings = try audit(network, data)
    let accuracy = try #require(findings["accuracy"])
    #expect(accuracy.metrics["accuracy"]?.value == 0)
    #expect(accuracy.advice.contains { $0.contains("weights are NaN") })
    #expect(findings["calibration"]?.status == .skipped)
    #expect(findings["certificate"]?.series["certifiedAccuracy"]?.first?.value ?? 0 == 0)
    #expect(findings["resources"]?.status == .pass)
    let report = AuditReport(
      version: "1", seed: 0, command: "",
      model: .init(path: "m", sha256: "", parameters: 1, flops: nil, inputShape: [], classes: 2),
      data: .init(path: "d", sha256: "", examples: 1), environment: .init(machine: "", threads: 1),
      started: "", seconds: 0, policy: "p",
      findings: Audit.standardChecks.compactMap { findings[$0.id] })
    let text = JSONReport().text(of: report)
    #expect((try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil)
  }

  @Test("What is no classifier, has no labels, or has inputs that are no numbers is refused")
  func refusals() throws {
    let one = try Network(input: [2, 2], seed: 0) { Linear(2) }
    let two = try Samples.identity(classes: 2)
    let data = try random([4, 2], classes: 2)
    let pairs = try random([4, 2, 2], classes: 2)
    #expect(throws: AuditError.noClassifier(output: "float32[batch, 2, 2]")) {
      try AuditSubject(network: one, data: pairs)
    }
    let unlabeled = try Dataset(name: "u", inputs: data.inputs)
    #expect(throws: DataError.noLabels(path: "u")) {
      try AuditSubject(network: two, data: unlabeled)
    }
    let broken = try Dataset(name: "b", inputs: data.inputs * Float.nan, labels: [0, 1, 0, 1])
    #expect(throws: AuditError.inputsNotFinite(path: "b")) {
      try AuditSubject(network: two, data: broken)
    }
    #expect(throws: NetworkError.self) {
      try AuditSubject(network: two, data: random([4, 3], classes: 2))
    }
  }
}
