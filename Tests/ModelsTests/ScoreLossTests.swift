import Models
import Tensors
import TestSupport
import Testing

@Test("A loss that says no more has the mean of its rows, and entries are those that labels name")
func meansOfLosses() {
  struct Half: ScoreLoss {
    func perExample(_ logits: Tensor, labels: Tensor) -> Tensor { logits.entries(at: labels) * 0.5 }
  }
  let logits = Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
  let labels = Tensor([2, 0])
  #expect(logits.entries(at: labels).scalars == [3, 4])
  #expect(Half().mean(logits, labels: labels).item() == 1.75)
}
