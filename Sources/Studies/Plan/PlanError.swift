/// A place in the text of a plan.
package struct PlanPlace: Sendable, Hashable {
  /// The line, from 1.
  package var line: Int
  /// The column, from 1.
  package var column: Int

  /// Names a place.
  ///
  /// - Parameters:
  ///   - line: The line, from 1.
  ///   - column: The column, from 1.
  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// What is wrong with a plan, and where.
package struct PlanError: Error, Equatable, CustomStringConvertible {
  /// The file of the plan.
  package var path: String
  /// Where it is; nil where it is nowhere in particular.
  package var place: PlanPlace?
  /// What is wrong, and what to do.
  package var message: String

  /// Describes a mistake.
  ///
  /// - Parameters:
  ///   - path: The file of the plan.
  ///   - place: Where it is.
  ///   - message: What is wrong, and what to do.
  package init(_ path: String, _ place: PlanPlace?, _ message: String) {
    self.path = path
    self.place = place
    self.message = message
  }

  package var description: String {
    let location = place.map { "\(path):\($0.line):\($0.column)" } ?? path
    return "\(location): \(message)"
  }
}
