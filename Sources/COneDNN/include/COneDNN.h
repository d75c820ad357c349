// A thin shim over oneDNN: every dense primitive that the package uses, and nothing else.
//
// oneDNN changed its C interface between versions 2 and 3; only the shim knows which one it is
// compiled against. A primitive is created once for fixed shapes and is then executed on plain
// row-major Float buffers; what it needs besides is the calling thread's, so that primitives may
// run side by side on several threads. A creator returns NULL where oneDNN refuses.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct EspalierPrimitive EspalierPrimitive;

typedef enum {
  ESPALIER_RELU,       // alpha: slope below zero
  ESPALIER_LOGISTIC,
  ESPALIER_TANH,
  ESPALIER_GELU_ERF,
  ESPALIER_GELU_TANH,
  ESPALIER_CLIP,       // alpha, beta: the bounds
  ESPALIER_SWISH,      // x / (1 + exp(-alpha x))
  ESPALIER_HARDSWISH,
  ESPALIER_ELU,        // x above zero, alpha (exp(x) - 1) below
} EspalierActivation;

// What a product or a convolution does to its result before it is written: first it adds values
// that lie like the result, then it applies a function.
typedef struct {
  bool adds, activates;
  EspalierActivation activation;
  float alpha, beta;
} EspalierFollowUp;

// A convolution of channels-last images [batch x height x width x channels]. Its weights are
// [output channels x input channels / groups x kernel height x kernel width], as PyTorch's are.
typedef struct {
  int64_t batch, height, width, input_channels, output_channels;
  int64_t kernel_height, kernel_width, stride_height, stride_width;
  int64_t top, left, bottom, right;  // padding
  int64_t dilation_height, dilation_width, groups;
} EspalierConvolution;

typedef enum { ESPALIER_MAXIMUM, ESPALIER_MEAN, ESPALIER_MEAN_WITH_PADDING } EspalierPoolingKind;

typedef struct {
  EspalierPoolingKind kind;
  int64_t batch, height, width, channels;
  int64_t kernel_height, kernel_width, stride_height, stride_width;
  int64_t top, left, bottom, right;  // padding
} EspalierPooling;

// C[rows x columns] = A B (+ bias[columns]), `count` times; A is stored [rows x inner], or [inner x
// rows] if transposed, B likewise. Buffers: A, B, (bias,) (added values,) C.
EspalierPrimitive *espalier_matmul(int64_t count, int64_t rows, int64_t columns, int64_t inner,
                                   bool transpose_a, bool transpose_b, bool has_bias,
                                   const EspalierFollowUp *follow_up);

// What a convolution is for. With lasting weights, which are kept by `espalier_keep`, Winograd's
// algorithm is used where it is the faster one: it rounds differently.
typedef enum { ESPALIER_TRAINING, ESPALIER_INFERENCE, ESPALIER_LASTING_WEIGHTS } EspalierUse;

// Buffers: x, weights, (bias,) (added values,) y.
EspalierPrimitive *espalier_convolution(const EspalierConvolution *, bool has_bias, EspalierUse use,
                                        const EspalierFollowUp *follow_up);
// Buffers: dy, weights, dx.
EspalierPrimitive *espalier_convolution_input_gradient(const EspalierConvolution *);
// Buffers: dy, x, the gradient of the weights (and that of the bias).
EspalierPrimitive *espalier_convolution_weight_gradient(const EspalierConvolution *,
                                                        bool has_bias);

// Buffers: x, y (and, in training, the places of the maxima).
EspalierPrimitive *espalier_pooling(const EspalierPooling *, bool training);
// Buffers: dy, dx (and the places of the maxima).
EspalierPrimitive *espalier_pooling_gradient(const EspalierPooling *);

// y = scale (x - mean) / sqrt(variance + epsilon) + shift, a mean and a variance per channel of
// [batch x area x channels], written unless they are given. Buffers: x, scale, shift, mean,
// variance, y.
EspalierPrimitive *espalier_batch_normalization(int64_t batch, int64_t area, int64_t channels,
                                                float epsilon, bool given);
// Buffers: x, dy, mean, variance, scale, shift, dx, and the gradients of scale and shift.
EspalierPrimitive *espalier_batch_normalization_gradient(int64_t batch, int64_t area,
                                                         int64_t channels, float epsilon,
                                                         bool given);
// The same with a mean and a variance per row of [rows x columns].
EspalierPrimitive *espalier_layer_normalization(int64_t rows, int64_t columns, float epsilon);
EspalierPrimitive *espalier_layer_normalization_gradient(int64_t rows, int64_t columns,
                                                         float epsilon);

// y = f(x), elementwise. Buffers: x, y.
EspalierPrimitive *espalier_activation(EspalierActivation kind, float alpha, float beta,
                                       int64_t count);

// dx = f'(x) dy, elementwise. Buffers: x, dy, dx.
EspalierPrimitive *espalier_activation_gradient(EspalierActivation kind, float alpha, float beta,
                                                int64_t count);

// y = softmax(x) along each row of [rows x columns]. Buffers: x, y.
EspalierPrimitive *espalier_softmax(int64_t rows, int64_t columns);

// dx = softmax'(x) dy, from y = softmax(x). Buffers: y, dy, dx.
EspalierPrimitive *espalier_softmax_gradient(int64_t rows, int64_t columns);

// Runs a primitive on its buffers, in the order given above; returns 0, or oneDNN's status.
int espalier_execute(EspalierPrimitive *primitive, float *const *buffers);

// Keeps a buffer that stays the same, in the layout that oneDNN wants, instead of reordering it in
// every run; returns 0, or oneDNN's status.
int espalier_keep(EspalierPrimitive *primitive, int index, float *values);

// The size of a buffer whose layout is oneDNN's own.
size_t espalier_buffer_bytes(EspalierPrimitive *primitive, int index);

void espalier_destroy(EspalierPrimitive *primitive);

// Sets how many threads oneDNN uses when it is called from the calling thread.
void espalier_set_thread_count(int count);

// The version of the library that is loaded, as major * 10000 + minor * 100 + patch.
int espalier_onednn_version(void);
