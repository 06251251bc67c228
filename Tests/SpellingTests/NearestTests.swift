import Spelling
import Testing

struct NearestTests {
  @Test(
    "The nearest word is found, or none",
    arguments: [
      ("audti", "audit"), ("insp", "inspect"), ("--radis", "--radius"), ("x", nil),
      ("certificate", nil), ("", nil), ("--", nil), ("i", nil),
    ] as [(String, String?)])
  func nearest(_ word: String, _ expected: String?) {
    #expect(word.nearest(among: ["audit", "inspect", "--radius"]) == expected)
  }
}
