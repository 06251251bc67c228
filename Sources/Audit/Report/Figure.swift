/// A picture of a finding as data; how it is drawn is up to the report.
public enum Figure: Sendable, Hashable {
  /// Confidence against accuracy.
  case reliability(Reliability)
  /// Lines over a quantity.
  case curve(Curve)
  /// What an attack leaves and what a certificate guarantees, over radii.
  case sandwich(Sandwich)
  /// A value per group and level.
  case bars(Bars)
  /// Predicted against true classes.
  case confusion(Confusion)
  /// Images before and after a change.
  case gallery(Gallery)
  /// Images and what a decision rests on.
  case saliency(SaliencyGallery)
  /// Anything else.
  case table(Table)
}

extension Figure {
  /// Counts of predictions: `counts[truth][prediction]`.
  public struct Confusion: Sendable, Hashable {
    public var labels: [String]
    public var counts: [[Int]]

    /// - Precondition: `counts` is square, with a row and a column per label.
    public init(labels: [String], counts: [[Int]]) {
      precondition(
        counts.count == labels.count && counts.allSatisfy { $0.count == labels.count },
        "a confusion matrix needs a row and a column per label")
      (self.labels, self.counts) = (labels, counts)
    }
  }

  /// Rows of text under column heads.
  public struct Table: Sendable, Hashable {
    public var title: String
    public var columns: [String]
    public var rows: [[String]]

    /// - Precondition: each row has a cell per column.
    public init(title: String, columns: [String], rows: [[String]]) {
      precondition(
        rows.allSatisfy { $0.count == columns.count }, "a table row needs a cell per column")
      (self.title, self.columns, self.rows) = (title, columns, rows)
    }
  }
}
