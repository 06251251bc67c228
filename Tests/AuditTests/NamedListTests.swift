import Audit
import Testing

struct NamedListTests {
  @Test("Names keep their order, and a name has one value")
  func order() {
    var list: NamedList<Int> = ["b": 1, "a": 2, "b": 3]
    list["c"] = 4
    list["a"] = nil
    #expect(list.map(\.name) == ["b", "c"])
    #expect(list.map(\.value) == [3, 4])
    #expect(list["a"] == nil && list["b"] == 3)
  }

  @Test("Lists are equal when names, values and order are")
  func equality() {
    let list: NamedList<Int> = ["a": 1, "b": 2]
    #expect(list == ["a": 1, "b": 2])
    #expect(list != ["b": 2, "a": 1])
  }
}
