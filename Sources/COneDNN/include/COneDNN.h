// A thin shim over oneDNN: every dense primitive that the package uses, and nothing else.
//
// oneDNN changed its C interface between versions 2 and 3; only COneDNN.c knows which one it is
// compiled against. A primitive is created once for fixed shapes, owns its scratchpad (so that
// primitives may run side by side on several threads) and is then executed on plain row-major
// Float buffers. A creator returns NULL where oneDNN refuses.
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct EspalierPrimitive EspalierPrimitive;

typedef enum {
  ESPALIER_RELU,       // alpha: slope below zero
  ESPALIER_LOGISTIC,
  ESPALIER_TANH,
  ESPALIER_GELU_ERF,
  ESPALIER_GELU_TANH,
} EspalierActivation;

// C[rows x columns] = A B (+ bias[columns]); A is stored [rows x inner], or [inner x rows] if
// transposed, B likewise. Buffers: A, B, (bias,) C.
EspalierPrimitive *espalier_matmul(int64_t rows, int64_t columns, int64_t inner,
                                   bool transpose_a, bool transpose_b, bool has_bias);

// y = f(x), elementwise. Buffers: x, y.
EspalierPrimitive *espalier_activation(EspalierActivation kind, float alpha, int64_t count);

// dx = f'(x) dy, elementwise. Buffers: x, dy, dx.
EspalierPrimitive *espalier_activation_gradient(EspalierActivation kind, float alpha,
                                                int64_t count);

// y = softmax(x) along each row of [rows x columns]. Buffers: x, y.
EspalierPrimitive *espalier_softmax(int64_t rows, int64_t columns);

// dx = softmax'(x) dy, from y = softmax(x). Buffers: y, dy, dx.
EspalierPrimitive *espalier_softmax_gradient(int64_t rows, int64_t columns);

// Runs a primitive on its buffers, in the order given above; returns 0, or oneDNN's status.
int espalier_execute(EspalierPrimitive *primitive, float *const *buffers);

void espalier_destroy(EspalierPrimitive *primitive);

// Sets how many threads oneDNN uses when it is called from the calling thread.
void espalier_set_thread_count(int count);

// The version of the library that is loaded, as major * 10000 + minor * 100 + patch.
int espalier_onednn_version(void);
