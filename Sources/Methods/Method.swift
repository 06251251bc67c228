/// A way of doing what a room is for, which a user chooses by name and sets by settings.
///
/// A room's verb refines this protocol: `Attack`, `Attribution`, `Calibrator`. A method is a small
/// value; its stored properties are its settings.
public protocol Method: Sendable {
  /// The method with its defaults.
  init()

  /// What the method is called, where it comes from, and what can be set.
  static var description: MethodDescription<Self> { get }

  /// What the method must see of a model.
  static var access: ModelAccess { get }
}

/// What a method must see of a model, least first.
public enum ModelAccess: String, Sendable, Hashable, CaseIterable, Comparable {
  /// Nothing: data alone.
  case none
  /// The class that it predicts.
  case labels
  /// Its scores.
  case scores
  /// Gradients in its inputs.
  case gradients
  /// Its graph and parameters.
  case graph

  public static func < (left: ModelAccess, right: ModelAccess) -> Bool {
    allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
  }
}

/// What a method is called, where it comes from, and what can be set.
public struct MethodDescription<Root: Method>: Sendable {
  /// What `--method` takes: lower case, words joined by dashes.
  public let name: String
  /// What it does, in one sentence.
  public let summary: String
  /// What it shares with other methods of its room, such as `gradient` or `random search`.
  public let family: String
  public let origin: MethodOrigin
  public let settings: [Setting<Root>]

  public init(
    _ name: String, _ summary: String, family: String, origin: MethodOrigin,
    settings: [Setting<Root>] = []
  ) {
    (self.name, self.summary, self.family) = (name, summary, family)
    (self.origin, self.settings) = (origin, settings)
  }
}

/// Where a method comes from.
public enum MethodOrigin: Sendable, Hashable {
  /// A paper of the catalogue, whose card names the method.
  case paper(PaperID)
  /// A standard method that others are measured against; with its paper's title and year.
  case yardstick(String)
}
