import Audit
import Foundation

extension Figure.Gallery {
  var html: HTML { "<ul class=\"gallery\">\n\(items.map(card))\n</ul>" }

  private func card(_ item: Figure.GalleryItem) -> HTML {
    let difference = item.difference.map {
      picture($0, title: "Difference", alt: "The perturbation", verdict: nil)
    }
    let caption: HTML? = item.caption.isEmpty ? nil : "<p class=\"note\">\(item.caption)</p>"
    return """
      <li>
      <p class="truth"><span>True class</span> \(item.trueLabel)</p>
      <div class="pictures">
      \(predicted(item.clean, "Original", item.before, item.trueLabel))
      \(predicted(item.changed, changeLabel, item.after, item.trueLabel))
      \(difference)
      </div>
      \(caption)
      </li>
      """
  }
}

extension Figure.SaliencyGallery {
  var html: HTML { "<ul class=\"gallery wide\">\n\(items.map(card))\n</ul>" }

  private func card(_ item: Figure.SaliencyItem) -> HTML {
    let maps = item.maps.map {
      picture($0.image, title: $0.name, alt: "\($0.name) of the prediction", verdict: nil)
    }
    let caption: HTML? = item.caption.isEmpty ? nil : "<p class=\"note\">\(item.caption)</p>"
    return """
      <li>
      <p class="truth"><span>True class</span> \(item.trueLabel)</p>
      <div class="pictures">
      \(predicted(item.image, "Input", item.prediction, item.trueLabel))
      \(maps)
      </div>
      \(caption)
      </li>
      """
  }
}

/// An image with the class that the model gave it, marked right or wrong.
private func predicted(
  _ image: Data, _ title: String, _ prediction: Prediction, _ truth: String
) -> HTML {
  let status: Finding.Status = prediction.label == truth ? .pass : .fail
  let word = status == .pass ? "right" : "wrong"
  let confidence = Metric.Unit.fraction.text(prediction.confidence)
  return picture(
    image, title: title,
    alt: "\(title): predicted \(prediction.label) with \(confidence), \(word)",
    verdict: """
      <span class="tint \(status.rawValue)">\(status.icon)<b>\(prediction.label)</b></span> \
      <span class="confidence">\(confidence)</span>
      """)
}

/// An image, upscaled without smoothing, between its title and what is said about it.
private func picture(_ image: Data, title: String, alt: String, verdict: HTML?) -> HTML {
  """
  <div class="picture"><span class="name">\(title)</span>\
  <img alt="\(alt)" src="data:image/png;base64,\(image.base64EncodedString())">\
  <span class="verdict-line">\(verdict)</span></div>
  """
}
