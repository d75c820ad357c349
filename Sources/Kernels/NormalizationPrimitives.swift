import COneDNN

extension DensePrimitive {
  /// y = scale (x - mean) / sqrt(variance + epsilon) + shift, channel by channel.
  ///
  /// - Parameters:
  ///   - batch: The number of samples.
  ///   - area: The number of places of a sample.
  ///   - channelCount: The number of channels; x is [batch x area x channels].
  ///   - epsilon: Keeps the division finite.
  ///   - isGiven: Whether mean and variance (the biased one) are read; else they are written.
  /// - Returns: The primitive; its buffers are x, scale, shift, mean, variance and y.
  package static func batchNormalization(
    batch: Int, area: Int, channelCount: Int, epsilon: Float, isGiven: Bool
  ) -> DensePrimitive {
    DensePrimitive(
      espalier_batch_normalization(
        Int64(batch), Int64(area), Int64(channelCount), epsilon, isGiven),
      "batch normalisation of \(batch)x\(area)x\(channelCount)")
  }

  /// The gradients of batch normalisation; the buffers are x, dy, mean, variance, scale, shift,
  /// dx, and the gradients of scale and shift.
  package static func batchNormalizationGradient(
    batch: Int, area: Int, channelCount: Int, epsilon: Float, isGiven: Bool
  ) -> DensePrimitive {
    DensePrimitive(
      espalier_batch_normalization_gradient(
        Int64(batch), Int64(area), Int64(channelCount), epsilon, isGiven),
      "the gradient of batch normalisation of \(batch)x\(area)x\(channelCount)")
  }

  /// The same with a mean and a variance per row of [rows x columns], which are written.
  package static func layerNormalization(
    rows: Int, columns: Int, epsilon: Float
  ) -> DensePrimitive {
    DensePrimitive(
      espalier_layer_normalization(Int64(rows), Int64(columns), epsilon),
      "layer normalisation of \(rows)x\(columns)")
  }

  /// The gradients of layer normalisation; the buffers are those of batch normalisation.
  package static func layerNormalizationGradient(
    rows: Int, columns: Int, epsilon: Float
  ) -> DensePrimitive {
    DensePrimitive(
      espalier_layer_normalization_gradient(Int64(rows), Int64(columns), epsilon),
      "the gradient of layer normalisation of \(rows)x\(columns)")
  }
}
