extension Figure {
  /// How often a model is right when it is so confident.
  public struct Reliability: Sendable, Hashable {
    /// The examples whose confidence lies in a range.
    public struct Bin: Sendable, Hashable {
      public var range: ClosedRange<Double>
      /// The mean confidence in the bin; of no meaning if `count` is 0.
      public var confidence: Double
      /// The part that is right; of no meaning if `count` is 0.
      public var accuracy: Double
      public var count: Int

      public init(range: ClosedRange<Double>, confidence: Double, accuracy: Double, count: Int) {
        (self.range, self.confidence, self.accuracy) = (range, confidence, accuracy)
        self.count = count
      }
    }

    public var title: String
    public var bins: [Bin]
    public init(title: String = "Reliability", bins: [Bin]) {
      (self.title, self.bins) = (title, bins)
    }
  }

  /// The words and the unit along one side of a chart.
  public struct Axis: Sendable, Hashable {
    public var label: String
    public var unit: Metric.Unit
    public init(_ label: String, unit: Metric.Unit = .plain) {
      (self.label, self.unit) = (label, unit)
    }
  }

  /// Lines, each with a band where its points have an interval.
  public struct Curve: Sendable, Hashable {
    public struct Point: Sendable, Hashable {
      public var x: Double
      public var y: Double
      public var low: Double?
      public var high: Double?

      public init(x: Double, y: Double, low: Double? = nil, high: Double? = nil) {
        (self.x, self.y, self.low, self.high) = (x, y, low, high)
      }
    }

    public struct Line: Sendable, Hashable {
      public var name: String
      public var points: [Point]
      public init(name: String, points: [Point]) { (self.name, self.points) = (name, points) }
    }

    public var title: String
    public var x: Axis
    public var y: Axis
    public var lines: [Line]

    public init(title: String, x: Axis, y: Axis, lines: [Line]) {
      (self.title, self.x, self.y, self.lines) = (title, x, y, lines)
    }
  }

  /// An attack's upper bound on robust accuracy and a certificate's lower bound, over one set.
  public struct Sandwich: Sendable, Hashable {
    public struct Point: Sendable, Hashable {
      /// The radius of the perturbation set, in input units.
      public var radius: Double
      /// The part that the attack could not fool.
      public var attack: Metric
      /// The part that is proven robust, or `nil` where no certificate was computed.
      public var certified: Metric?

      public init(radius: Double, attack: Metric, certified: Metric?) {
        (self.radius, self.attack, self.certified) = (radius, attack, certified)
      }
    }

    /// `linf`, `l2`, `l1` or `l0`.
    public var norm: String
    public var points: [Point]
    public init(norm: String, points: [Point]) { (self.norm, self.points) = (norm, points) }
  }

  /// A value for each group at each level, such as the accuracy per corruption and severity.
  public struct Bars: Sendable, Hashable {
    public struct Group: Sendable, Hashable {
      public var name: String
      /// One value per level; `nil` where none was measured.
      public var values: [Double?]
      public init(name: String, values: [Double?]) { (self.name, self.values) = (name, values) }
    }

    public var title: String
    /// What the levels are, such as `Severity`.
    public var levelLabel: String
    public var levels: [String]
    /// What is measured; a `fraction` is colored over 0...1, else over the range of the values.
    public var value: Axis
    public var groups: [Group]

    /// - Precondition: each group has a value per level.
    public init(title: String, levelLabel: String, levels: [String], value: Axis, groups: [Group]) {
      precondition(
        groups.allSatisfy { $0.values.count == levels.count }, "a group needs a value per level")
      (self.title, self.levelLabel, self.levels) = (title, levelLabel, levels)
      (self.value, self.groups) = (value, groups)
    }
  }
}
