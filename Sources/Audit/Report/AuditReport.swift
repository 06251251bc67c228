/// Everything an audit found out, and what is needed to repeat it.
public struct AuditReport: Sendable, Hashable {
  /// The model that was audited.
  public struct Model: Sendable, Hashable {
    public var path: String
    /// The hash of the file, in lower-case hexadecimal.
    public var sha256: String
    public var parameters: Int
    /// Multiplications and additions for one example, or `nil` if they cannot be counted.
    public var flops: Int?
    /// The shape of one example, without the batch.
    public var inputShape: [Int]
    public var classes: Int
    /// How often each operation occurs.
    public var operations: NamedList<Int>

    public init(
      path: String, sha256: String, parameters: Int, flops: Int?, inputShape: [Int], classes: Int,
      operations: NamedList<Int> = [:]
    ) {
      (self.path, self.sha256, self.parameters) = (path, sha256, parameters)
      (self.flops, self.inputShape, self.classes) = (flops, inputShape, classes)
      self.operations = operations
    }
  }

  /// The data that it was audited on.
  public struct Dataset: Sendable, Hashable {
    public var path: String
    /// The hash of the file, in lower-case hexadecimal.
    public var sha256: String
    public var examples: Int

    public init(path: String, sha256: String, examples: Int) {
      (self.path, self.sha256, self.examples) = (path, sha256, examples)
    }
  }

  /// Where the audit ran.
  public struct Environment: Sendable, Hashable {
    /// The processor and the system, in words.
    public var machine: String
    public var threads: Int
    /// The versions of what numbers depend on, by name.
    public var versions: NamedList<String>

    public init(machine: String, threads: Int, versions: NamedList<String> = [:]) {
      (self.machine, self.threads, self.versions) = (machine, threads, versions)
    }
  }

  /// The version of Assay.
  public var version: String
  /// The command and its method, such as `attack: pgd`, if this is no audit but one method's
  /// result.
  public var method: String?
  public var seed: UInt64
  /// The command line that repeats the audit.
  public var command: String
  public var model: Model
  public var data: Dataset
  public var environment: Environment
  /// When the audit began, as an ISO 8601 date and time.
  public var started: String
  public var seconds: Double
  /// The name of the policy that the findings were judged by.
  public var policy: String
  public var findings: [Finding]

  public init(
    version: String, method: String? = nil, seed: UInt64, command: String, model: Model,
    data: Dataset, environment: Environment, started: String, seconds: Double, policy: String,
    findings: [Finding]
  ) {
    (self.version, self.method, self.seed, self.command) = (version, method, seed, command)
    (self.model, self.data, self.environment) = (model, data, environment)
    (self.started, self.seconds, self.policy) = (started, seconds, policy)
    self.findings = findings
  }
}
