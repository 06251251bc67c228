import Datasets
import Foundation

extension EvidenceRecord {
  /// The record as JSON, the same text for equal records: keys are sorted, numbers are the shortest
  /// text that reads back, what is not finite is `"nan"`, `"infinity"` or `"-infinity"`.
  public func json() throws -> Data {
    try EvidenceCoding.data(of: self)
  }

  /// Reads a record; `path` names it in messages.
  ///
  /// - Throws: `EvidenceError.damaged` if it is no record, or if its verdicts do not follow from its
  ///   measurements.
  public init(json: Data, path: String) throws(EvidenceError) {
    self = try EvidenceCoding.value(of: json, path: path)
    if let reason = inconsistency { throw .damaged(path: path, reason: reason) }
  }

  /// Reads the record at `path`.
  ///
  /// - Throws: `EvidenceError.missingRecord` or `.damaged`.
  public init(path: String) throws(EvidenceError) {
    guard let bytes = try EvidenceCoding.bytes(ofFile: path) else {
      throw .missingRecord(path: path)
    }
    self = try EvidenceRecord(json: bytes, path: path)
  }

  /// What cannot be true of a record, or nil.
  private var inconsistency: String? {
    guard format == Self.currentFormat else { return "its format \(format) is not known" }
    let claims = findings.map(\.claim)
    guard !seeds.isEmpty, Set(seeds).count == seeds.count else { return "its seeds are not a set" }
    for seed in seeds {
      let ofSeed = measurements.filter { $0.seed == seed }
      if let reason = ofSeed.misfit(to: claims, seed: seed) { return reason }
    }
    guard measurements.allSatisfy({ seeds.contains($0.seed) }) else {
      return "it holds measurements of a seed that it does not name"
    }
    for (finding, judged) in zip(findings, ClaimEvidence.judge(claims, by: measurements)) {
      guard judged.verdict == finding.verdict else {
        return "its verdict on '\(finding.claim.name)' does not follow from its measurements"
      }
    }
    return nil
  }
}

extension [Measurement] {
  /// Why these are not one measurement of each claim with this seed, or nil if they are.
  func misfit(to claims: [Claim], seed: UInt64) -> String? {
    guard map(\.claim).sorted() == claims.map(\.name).sorted() else {
      return "there is not one measurement of each claim"
    }
    guard allSatisfy({ $0.seed == seed }) else { return "a measurement names another seed" }
    let unpaired = claims.first { claim in
      claim.criterion.isPaired && first { $0.claim == claim.name }?.baseline == nil
    }
    if let unpaired { return "'\(unpaired.name)' is compared with a baseline, which is missing" }
    let uncounted = claims.first { claim in
      claim.kind == .identity && (first { $0.claim == claim.name }?.trials ?? -1) < 0
    }
    return uncounted.map { "'\($0.name)' is an identity, and does not say how many trials it had" }
  }
}

/// How everything that an experiment leaves is written and read.
enum EvidenceCoding {
  /// The largest file that is read, in bytes.
  static let largestFile = 16 << 20

  static func data(of value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "infinity", negativeInfinity: "-infinity", nan: "nan")
    return try encoder.encode(value) + Data("\n".utf8)
  }

  /// - Throws: `EvidenceError.damaged`, in one line whatever the text holds.
  static func value<Value: Decodable>(
    of json: Data, path: String
  ) throws(EvidenceError) -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "infinity", negativeInfinity: "-infinity", nan: "nan")
    do {
      return try decoder.decode(Value.self, from: json)
    } catch {
      throw .damaged(path: path, reason: reason(of: error))
    }
  }

  /// Returns what a file holds, or nil if there is none.
  ///
  /// - Throws: `EvidenceError.damaged` if it is too large to be a record.
  static func bytes(ofFile path: String) throws(EvidenceError) -> Data? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    let bytes: Data
    do {
      // An empty file reads as nil.
      bytes = try file.read(upToCount: largestFile + 1) ?? Data()
    } catch {
      throw .damaged(path: path, reason: "it cannot be read")
    }
    guard bytes.count <= largestFile else {
      throw .damaged(path: path, reason: "it is larger than \(largestFile) bytes")
    }
    return bytes
  }

  private static func reason(of error: any Error) -> String {
    let place = { (path: [any CodingKey]) in
      path.isEmpty ? "" : " at " + path.suffix(4).map(\.stringValue).joined(separator: ".")
    }
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      return "'\(key.stringValue)' is missing\(place(context.codingPath))"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      return "there is a value of the wrong kind\(place(context.codingPath))"
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      return "there is a value that means nothing\(place(context.codingPath))"
    default: return "it is not JSON"
    }
  }
}
