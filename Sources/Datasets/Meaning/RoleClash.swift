/// A column that is to be several things at once.
enum RoleClash {
  /// Refuses it.
  ///
  /// - Parameters:
  ///   - targets: The columns to predict.
  ///   - weight: The column that tells how much each row counts, or nil.
  ///   - subject: The column that tells what each row is a measurement of, or nil.
  ///   - path: The file, for the error.
  /// - Throws: `DatasetError.notAColumn` with the first that stands twice.
  static func refuse(
    targets: [String], weight: String?, subject: String?, path: String
  ) throws(DatasetError) {
    var known: [String: String] = [:]
    let roles = [(weight, "the weights of the rows"), (subject, "the groups of the rows")]
    for (name, role) in targets.map({ ($0, "the target") }) + roles {
      guard let name else { continue }
      guard let other = known.updateValue(role, forKey: name) else { continue }
      throw .notAColumn(
        path: path, name: name,
        reason: other == role
          ? "is named twice as \(role); remove one"
          : "is to be \(other) and \(role); name two columns")
    }
  }
}
