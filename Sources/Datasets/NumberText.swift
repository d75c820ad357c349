/// Returns the shortest text that reads as the same number, without a needless ".0".
///
/// - Parameter value: Any finite number.
/// - Returns: The text, such as `0.1` or `5`.
func numberText(_ value: Float) -> String {
  let text = value.description
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// Returns the shortest text that reads as the same number, without a needless ".0".
///
/// - Parameter value: Any finite number.
/// - Returns: The text, such as `0.1` or `5`.
func numberText(_ value: Double) -> String {
  let text = value.description
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
