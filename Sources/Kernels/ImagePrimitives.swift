import COneDNN

/// How a window moves over channels-last images [batch x height x width x channels].
package struct WindowGeometry: Sendable {
  package var batch, height, width: Int
  package var kernel, stride, dilation: (height: Int, width: Int)
  package var padding: (top: Int, left: Int, bottom: Int, right: Int)

  package init(
    batch: Int, height: Int, width: Int, kernel: (height: Int, width: Int),
    stride: (height: Int, width: Int), dilation: (height: Int, width: Int) = (1, 1),
    padding: (top: Int, left: Int, bottom: Int, right: Int)
  ) {
    (self.batch, self.height, self.width) = (batch, height, width)
    (self.kernel, self.stride, self.dilation) = (kernel, stride, dilation)
    self.padding = padding
  }
}

/// The sizes of a convolution; its weights are [outputs, inputs / groups, kernel height, width].
package struct ConvolutionGeometry: Sendable {
  package var window: WindowGeometry
  package var inputCount, outputCount, groupCount: Int

  package init(window: WindowGeometry, inputCount: Int, outputCount: Int, groupCount: Int) {
    self.window = window
    (self.inputCount, self.outputCount, self.groupCount) = (inputCount, outputCount, groupCount)
  }

  fileprivate var value: EspalierConvolution {
    let (kernel, stride, padding) = (window.kernel, window.stride, window.padding)
    return EspalierConvolution(
      batch: Int64(window.batch), height: Int64(window.height), width: Int64(window.width),
      input_channels: Int64(inputCount), output_channels: Int64(outputCount),
      kernel_height: Int64(kernel.height), kernel_width: Int64(kernel.width),
      stride_height: Int64(stride.height), stride_width: Int64(stride.width),
      top: Int64(padding.top), left: Int64(padding.left), bottom: Int64(padding.bottom),
      right: Int64(padding.right), dilation_height: Int64(window.dilation.height),
      dilation_width: Int64(window.dilation.width), groups: Int64(groupCount))
  }
}

/// What a convolution is for.
package enum ConvolutionUse: Hashable, Sendable {
  /// A gradient will be wanted.
  case training
  /// The weights may change from run to run.
  case inference
  /// The weights stay the same and are kept by ``DensePrimitive/keep(_:)``: Winograd's algorithm
  /// is used where it is the faster one. It rounds differently, by some 3e-6 of the largest
  /// result.
  case lastingWeights

  fileprivate var value: EspalierUse {
    switch self {
    case .training: ESPALIER_TRAINING
    case .inference: ESPALIER_INFERENCE
    case .lastingWeights: ESPALIER_LASTING_WEIGHTS
    }
  }
}

extension DensePrimitive {
  /// y = the convolution of x with the weights.
  ///
  /// - Parameters:
  ///   - geometry: The sizes.
  ///   - addingBias: Whether a bias [outputs] is added.
  ///   - use: What it is for.
  ///   - followUp: What is done to y before it is written.
  /// - Returns: The primitive; its buffers are x, the weights, the bias if there is one, what the
  ///   follow-up adds if it does, and y.
  package static func convolution(
    _ geometry: ConvolutionGeometry, addingBias: Bool, use: ConvolutionUse,
    followUp: FollowUp = FollowUp()
  ) -> DensePrimitive {
    var (value, followUp) = (geometry.value, followUp.value)
    return DensePrimitive(
      espalier_convolution(&value, addingBias, use.value, &followUp), "\(geometry)")
  }

  /// dx of a convolution; the buffers are dy, the weights and dx.
  package static func convolutionInputGradient(_ geometry: ConvolutionGeometry) -> DensePrimitive {
    var value = geometry.value
    return DensePrimitive(
      espalier_convolution_input_gradient(&value), "the input gradient of \(geometry)")
  }

  /// The gradients of a convolution's parameters; the buffers are dy, x, that of the weights and
  /// that of the bias if there is one.
  package static func convolutionWeightGradient(
    _ geometry: ConvolutionGeometry, hasBias: Bool
  ) -> DensePrimitive {
    var value = geometry.value
    return DensePrimitive(
      espalier_convolution_weight_gradient(&value, hasBias), "the weight gradient of \(geometry)")
  }
}

/// What pooling keeps of a window.
package enum PoolingKind: Hashable, Sendable {
  case maximum
  /// The mean; the zeros around the image count if the flag says so.
  case mean(countingPadding: Bool)
}

extension DensePrimitive {
  private static func value(
    _ kind: PoolingKind, _ window: WindowGeometry, _ channelCount: Int
  ) -> EspalierPooling {
    let (kernel, stride, padding) = (window.kernel, window.stride, window.padding)
    let value =
      switch kind {
      case .maximum: ESPALIER_MAXIMUM
      case .mean(true): ESPALIER_MEAN_WITH_PADDING
      case .mean(false): ESPALIER_MEAN
      }
    return EspalierPooling(
      kind: value, batch: Int64(window.batch), height: Int64(window.height),
      width: Int64(window.width),
      channels: Int64(channelCount), kernel_height: Int64(kernel.height),
      kernel_width: Int64(kernel.width), stride_height: Int64(stride.height),
      stride_width: Int64(stride.width), top: Int64(padding.top), left: Int64(padding.left),
      bottom: Int64(padding.bottom), right: Int64(padding.right))
  }

  /// Pools windows; the buffers are x and y, and the places of the maxima where a gradient will be
  /// wanted of a maximum: as many floats as ``floatCount(ofBuffer:)`` says of buffer 2.
  package static func pooling(
    _ kind: PoolingKind, _ window: WindowGeometry, channelCount: Int, isTraining: Bool
  ) -> DensePrimitive {
    var value = value(kind, window, channelCount)
    return DensePrimitive(espalier_pooling(&value, isTraining), "\(kind) over \(window)")
  }

  /// dx of pooling; the buffers are dy and dx, and the places of the maxima.
  package static func poolingGradient(
    _ kind: PoolingKind, _ window: WindowGeometry, channelCount: Int
  ) -> DensePrimitive {
    var value = value(kind, window, channelCount)
    return DensePrimitive(
      espalier_pooling_gradient(&value), "the gradient of \(kind) over \(window)")
  }
}
