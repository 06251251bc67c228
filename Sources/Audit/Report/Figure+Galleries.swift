import Foundation

/// A class that a model chose and how sure it was.
public struct Prediction: Sendable, Hashable {
  public var label: String
  /// The probability of `label`, from 0 to 1.
  public var confidence: Double
  public init(label: String, confidence: Double) {
    (self.label, self.confidence) = (label, confidence)
  }
}

extension Figure {
  /// Images before and after a change.
  public struct Gallery: Sendable, Hashable {
    public var title: String
    /// What the change is called, such as `Attacked`.
    public var changeLabel: String
    public var items: [GalleryItem]
    public init(title: String, changeLabel: String = "Attacked", items: [GalleryItem]) {
      (self.title, self.changeLabel, self.items) = (title, changeLabel, items)
    }
  }

  /// One image before and after a change; all images are PNG data.
  public struct GalleryItem: Sendable, Hashable {
    public var clean: Data
    public var changed: Data
    /// The change itself, scaled so that it can be seen.
    public var difference: Data?
    public var trueLabel: String
    public var before: Prediction
    public var after: Prediction
    public var caption: String

    public init(
      clean: Data, changed: Data, difference: Data? = nil, trueLabel: String, before: Prediction,
      after: Prediction, caption: String = ""
    ) {
      (self.clean, self.changed, self.difference) = (clean, changed, difference)
      (self.trueLabel, self.before, self.after) = (trueLabel, before, after)
      self.caption = caption
    }
  }

  /// Images and maps of what a decision rests on.
  public struct SaliencyGallery: Sendable, Hashable {
    public var title: String
    public var items: [SaliencyItem]
    public init(title: String, items: [SaliencyItem]) { (self.title, self.items) = (title, items) }
  }

  /// One image and its maps; all images are PNG data.
  public struct SaliencyItem: Sendable, Hashable {
    public struct Map: Sendable, Hashable {
      public var name: String
      public var image: Data
      public init(name: String, image: Data) { (self.name, self.image) = (name, image) }
    }

    public var image: Data
    public var maps: [Map]
    public var trueLabel: String
    public var prediction: Prediction
    public var caption: String

    public init(
      image: Data, maps: [Map], trueLabel: String, prediction: Prediction, caption: String = ""
    ) {
      (self.image, self.maps, self.trueLabel) = (image, maps, trueLabel)
      (self.prediction, self.caption) = (prediction, caption)
    }
  }
}
