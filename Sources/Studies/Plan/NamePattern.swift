/// A pattern of names: `*` stands for any characters, `?` for any one.
package struct NamePattern: Sendable, Equatable {
  /// The pattern as it was written.
  package let text: String

  /// Takes a pattern as it is written.
  ///
  /// - Parameter text: The pattern.
  package init(_ text: String) {
    self.text = text
  }

  /// Whether a name fits the whole pattern.
  ///
  /// - Parameter name: The name.
  /// - Returns: Whether it fits.
  /// - Complexity: The product of both lengths at most.
  package func matches(_ name: String) -> Bool {
    let (pattern, letters) = (Array(text.utf8), Array(name.utf8))
    var (place, letter) = (0, 0)
    // The last star, and how far it reaches.
    var star: (place: Int, end: Int)?
    while letter < letters.count {
      if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
        star = (place, letter)
        place += 1
      } else if place < pattern.count,
        pattern[place] == letters[letter] || pattern[place] == UInt8(ascii: "?")
      {
        (place, letter) = (place + 1, letter + 1)
      } else if let last = star {
        star = (last.place, last.end + 1)
        (place, letter) = (last.place + 1, last.end + 1)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
