import Testing

@testable import Datasets

@Suite struct NearestNameTests {
  @Test(
    arguments: [
      ("targte", "target"), ("Target", "target"), ("clss", "class"), ("colour", "color"),
      ("yy", "y"), ("x1O", "x10"), ("zzzzzz", nil), ("", nil), ("z", nil),
    ] as [(String, String?)])
  func theNameThatWasMeantIsFound(typed: String, expected: String?) {
    let names = ["target", "class", "color", "y", "x10", "x11"]
    #expect(nearest(to: typed, among: names) == expected)
  }

  @Test func theFirstOfEquallyNearNamesWins() {
    #expect(nearest(to: "ab", among: ["ac", "ad"]) == "ac")
    #expect(nearest(to: "ab", among: ["ac", "AB"]) == "AB")
    #expect(nearest(to: "ab", among: []) == nil)
  }

  @Test func whereNoneIsNearTheFirstFewAreListed() {
    #expect(nameHint(for: "clss", among: ["a", "class"]) == "; did you mean 'class'?")
    #expect(nameHint(for: "clss", among: ["a"]) == "; there is 'a'")
    #expect(
      nameHint(for: "clss", among: ["a", "b", "c", "d", "e", "f", "g"])
        == "; there are 'a', 'b', 'c', 'd', 'e' and 2 more")
    #expect(nameHint(for: "clss", among: []).isEmpty)
  }
}
