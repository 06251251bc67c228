import Testing

@testable import Desk

struct ScoreFusionTests {
  @Test("Scores are fused by their shares of the best")
  func fusion() {
    // By words alone, and by meaning alone, equal ones by number.
    #expect(ScoreFusion.fused(words: [1: 2, 2: 5, 3: 2], cosines: [:]) == [2, 1, 3])
    #expect(ScoreFusion.fused(words: [:], cosines: [1: 0.2, 2: -0.1, 3: 0.2]) == [1, 3, 2])
    // The best word is worth 0.12 / 0.88 of the best cosine's distance from -1, and no more.
    let edge = 0.5 - 1.5 * 0.12 / 0.88
    #expect(ScoreFusion.fused(words: [2: 3], cosines: [1: 0.5, 2: edge + 1e-6]) == [2, 1])
    #expect(ScoreFusion.fused(words: [2: 3], cosines: [1: 0.5, 2: edge - 1e-6]) == [1, 2])
    #expect(ScoreFusion.fused(words: [:], cosines: [:]) == [])
  }

  @Test("A paper without a vector counts as the farthest that has one")
  func missing() {
    let cosines = [1: 0.6, 2: 0.3, 3: 0.5]
    #expect(ScoreFusion.fused(words: [4: 1], cosines: cosines) == [1, 4, 3, 2])
    #expect(ScoreFusion.fused(words: [4: 1, 3: 4], cosines: cosines) == [3, 1, 4, 2])
  }
}
