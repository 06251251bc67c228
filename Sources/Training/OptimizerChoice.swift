import Methods

extension TrainingRecipe {
  /// An optimizer that has taken no step yet, as a value that can be compared and written down.
  public struct OptimizerChoice: Sendable, Hashable, Codable {
    public let optimizer: any Optimizer

    public init(_ optimizer: some Optimizer) { self.optimizer = optimizer }

    /// The optimizer of a file.
    ///
    /// - Throws: `MethodError`.
    public init(_ choice: MethodChoice) throws(MethodError) {
      optimizer = try MethodRegistry.optimizers.make(choice.name, settings: choice.assignments)
    }

    public static func sgd(momentum: Double, weightDecay: Double) -> OptimizerChoice {
      var optimizer = MomentumSGD()
      (optimizer.momentum, optimizer.weightDecay) = (momentum, weightDecay)
      return OptimizerChoice(optimizer)
    }

    public static var adam: OptimizerChoice { OptimizerChoice(Adam()) }

    public static var adaMax: OptimizerChoice { OptimizerChoice(AdaMax()) }

    public static func adamW(weightDecay: Double) -> OptimizerChoice {
      var optimizer = AdamW()
      optimizer.weightDecay = weightDecay
      return OptimizerChoice(optimizer)
    }

    /// The optimizer's name and settings.
    public var choice: MethodChoice { MethodChoice(optimizer) }

    public static func == (left: OptimizerChoice, right: OptimizerChoice) -> Bool {
      left.choice == right.choice
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(choice) }

    public init(from decoder: any Decoder) throws {
      let choice = try MethodChoice(from: decoder)
      do {
        try self.init(choice)
      } catch {
        throw DecodingError.dataCorrupted(
          .init(codingPath: decoder.codingPath, debugDescription: "\(error)"))
      }
    }

    public func encode(to encoder: any Encoder) throws { try choice.encode(to: encoder) }
  }
}
