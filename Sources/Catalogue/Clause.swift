import Evidence

/// A part of what would show that a paper's method works, and where that was looked at.
public struct Clause: Sendable, Hashable, Codable {
  /// What is asked for, in our own words.
  public let text: String
  public let basis: Basis

  /// What a clause rests on.
  public enum Basis: Sendable, Hashable {
    /// A claim of the paper's experiment measures it.
    case claim(String)
    /// A test of this name holds the code to it.
    case test(String)
    /// Nothing does, for this reason.
    case unmeasured(String)
  }

  public init(_ text: String, _ basis: Basis) {
    (self.text, self.basis) = (text, basis)
  }

  private enum CodingKeys: String, CodingKey {
    case text, claim, test, unmeasured
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    text = try container.decode(String.self, forKey: .text)
    if let claim = try container.decodeIfPresent(String.self, forKey: .claim) {
      basis = .claim(claim)
    } else if let test = try container.decodeIfPresent(String.self, forKey: .test) {
      basis = .test(test)
    } else {
      basis = .unmeasured(try container.decode(String.self, forKey: .unmeasured))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(text, forKey: .text)
    switch basis {
    case .claim(let name): try container.encode(name, forKey: .claim)
    case .test(let name): try container.encode(name, forKey: .test)
    case .unmeasured(let reason): try container.encode(reason, forKey: .unmeasured)
    }
  }
}

extension Clause {
  /// What became of the clause: the verdict on its claim in `record`, that a test holds the code to
  /// it, or that nothing measures it.
  public func outcome(_ record: EvidenceRecord?) -> String {
    switch basis {
    case .claim(let name):
      record?.findings.first { $0.claim.name == name }?.verdict.words ?? "not yet measured"
    case .test: "in a test"
    case .unmeasured: "not measured"
    }
  }

  /// A line for a terminal.
  public func text(_ record: EvidenceRecord?) -> String {
    let line = "  \(outcome(record))  \(text)"
    return switch basis {
    case .claim(let name): "\(line) (\(name))"
    case .test: line
    case .unmeasured(let reason): "\(line) \(reason)"
    }
  }
}
