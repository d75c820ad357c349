// Products with a matrix of which only some entries exist. Activations lie feature by feature, so
// that an entry touches whole vectors of the batch: forward and backward are sums of scaled rows,
// and the weight gradient is a dot product of two rows.
#include "Dispatch.h"
#include "include/CKernels.h"

typedef float Vector __attribute__((vector_size(64)));
typedef float Half __attribute__((vector_size(32)));
typedef float Quarter __attribute__((vector_size(16)));

enum { LANES = 16 };

// The functions below are always inlined, so that no vector is ever passed between them.
#pragma clang diagnostic ignored "-Wpsabi"
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE Vector load(const float *p) { return *(const Vector *)p; }
INLINE void store(float *p, Vector v) { *(Vector *)p = v; }

// One tile of `vectors` vectors of the batch, for all rows of the result. Short tiles take two
// entries at a time, because a single chain of additions would wait for itself.
INLINE void product_tile(const int vectors, const int chains, const int32_t *restrict starts,
                         const int32_t *restrict indices, const int32_t *restrict positions,
                         const float *restrict values, const float *restrict bias,
                         const float *restrict x, size_t stride, size_t rows, float *restrict y) {
  for (size_t r = 0; r < rows; r++) {
    Vector sum[2][8];
    UNROLL for (int c = 0; c < chains; c++)
      UNROLL for (int v = 0; v < vectors; v++) sum[c][v] = (Vector){0} + (c || !bias ? 0 : bias[r]);
    int32_t k = starts[r], end = starts[r + 1];
    for (; k + chains <= end; k += chains) {
      UNROLL for (int c = 0; c < chains; c++) {
        float value = values[positions ? positions[k + c] : k + c];
        const float *row = x + (size_t)indices[k + c] * stride;
        UNROLL for (int v = 0; v < vectors; v++) sum[c][v] += value * load(row + v * LANES);
      }
    }
    if (chains > 1 && k < end) {
      float value = values[positions ? positions[k] : k];
      const float *row = x + (size_t)indices[k] * stride;
      UNROLL for (int v = 0; v < vectors; v++) sum[0][v] += value * load(row + v * LANES);
    }
    UNROLL for (int v = 0; v < vectors; v++)
      store(y + r * stride + v * LANES, chains > 1 ? sum[0][v] + sum[1][v] : sum[0][v]);
  }
}

// Tiles of at most eight vectors and of about one width. Narrower ones, whose part of the input fits
// the second-level cache, gained nothing at 4096 inputs and 112 samples (Zen 4).
INLINE size_t tile_width(size_t vectors) {
  size_t tiles = (vectors + 7) / 8;
  return (vectors + tiles - 1) / tiles;
}

FOR_EACH_INSTRUCTION_SET
void espalier_sparse_product(const int32_t *restrict starts, const int32_t *restrict indices,
                             const int32_t *restrict positions, const float *restrict values,
                             const float *restrict bias, const float *restrict x, size_t batch,
                             size_t rows, float *restrict y) {
  size_t vectors = batch / LANES, width = tile_width(vectors);
  for (size_t v = 0; v < vectors; v += width) {
    size_t n = vectors - v < width ? vectors - v : width;
    const float *from = x + v * LANES;
    float *to = y + v * LANES;
#define TILE(count, chains)                                                                       \
  case count:                                                                                     \
    if (positions)                                                                                \
      product_tile(count, chains, starts, indices, positions, values, bias, from, batch, rows,    \
                   to);                                                                           \
    else                                                                                          \
      product_tile(count, chains, starts, indices, 0, values, bias, from, batch, rows, to);       \
    break;
    switch (n) {
      TILE(1, 2)
      TILE(2, 2)
      TILE(3, 2)
      TILE(4, 2)
      TILE(5, 1)
      TILE(6, 1)
      TILE(7, 1)
      TILE(8, 1)
    }
#undef TILE
  }
}

INLINE Quarter fold(Vector v) {
  Half h = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
           __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
  return __builtin_shufflevector(h, h, 0, 1, 2, 3) + __builtin_shufflevector(h, h, 4, 5, 6, 7);
}

// The sums of four vectors, by transposing while adding.
INLINE Quarter sums(Vector a, Vector b, Vector c, Vector d) {
  Quarter e = fold(a), f = fold(b), g = fold(c), h = fold(d);
  Quarter ef = __builtin_shufflevector(e, f, 0, 4, 1, 5) + __builtin_shufflevector(e, f, 2, 6, 3, 7);
  Quarter gh = __builtin_shufflevector(g, h, 0, 4, 1, 5) + __builtin_shufflevector(g, h, 2, 6, 3, 7);
  return __builtin_shufflevector(ef, gh, 0, 1, 4, 5) + __builtin_shufflevector(ef, gh, 2, 3, 6, 7);
}

INLINE Vector dot(const int vectors, const Vector *dy, const float *row) {
  Vector sum = dy[0] * load(row);
  UNROLL for (int v = 1; v < vectors; v++) sum += dy[v] * load(row + v * LANES);
  return sum;
}

INLINE void gradient_tile(const int vectors, int adds, const int32_t *restrict starts,
                          const int32_t *restrict indices, const float *restrict x,
                          const float *restrict dy, size_t stride, size_t rows,
                          float *restrict gradient) {
  for (size_t r = 0; r < rows; r++) {
    Vector d[8];
    UNROLL for (int v = 0; v < vectors; v++) d[v] = load(dy + r * stride + v * LANES);
    int32_t k = starts[r], end = starts[r + 1];
    for (; k + 4 <= end; k += 4) {
      Quarter s = sums(dot(vectors, d, x + (size_t)indices[k] * stride),
                       dot(vectors, d, x + (size_t)indices[k + 1] * stride),
                       dot(vectors, d, x + (size_t)indices[k + 2] * stride),
                       dot(vectors, d, x + (size_t)indices[k + 3] * stride));
      for (int i = 0; i < 4; i++) gradient[k + i] = s[i] + (adds ? gradient[k + i] : 0);
    }
    for (; k < end; k++) {
      Vector v = dot(vectors, d, x + (size_t)indices[k] * stride);
      gradient[k] = sums(v, v, v, v)[0] + (adds ? gradient[k] : 0);
    }
  }
}

FOR_EACH_INSTRUCTION_SET
void espalier_sparse_weight_gradient(const int32_t *restrict starts,
                                     const int32_t *restrict indices, const float *restrict x,
                                     const float *restrict dy, size_t batch, size_t rows,
                                     float *restrict gradient) {
  size_t vectors = batch / LANES, width = tile_width(vectors);
  for (size_t v = 0; v < vectors; v += width) {
    size_t n = vectors - v < width ? vectors - v : width;
    const float *from = x + v * LANES, *d = dy + v * LANES;
    switch (n) {
#define TILE(count)                                                                       \
  case count:                                                                             \
    gradient_tile(count, v > 0, starts, indices, from, d, batch, rows, gradient); \
    break;
      TILE(1)
      TILE(2)
      TILE(3)
      TILE(4)
      TILE(5)
      TILE(6)
      TILE(7)
      TILE(8)
#undef TILE
    }
  }
}
