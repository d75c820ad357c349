// Attention inside windows. The products of one head are so small that they fit the first-level
// cache, and so many that packing, softmax and mask would cost more than they do if each were a
// pass of its own: a head is finished before the next one begins.
#include <string.h>

#include "Dispatch.h"
#include "Exponential.h"
#include "include/CKernels.h"

typedef float Vector __attribute__((vector_size(64), aligned(4)));

enum { LANES = 16, TILE_ROWS = 4, TILE_COLUMNS = 2 * LANES };

// The functions below are always inlined, so that no vector is ever passed between them.
#pragma clang diagnostic ignored "-Wpsabi"
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE size_t round_up(size_t n, size_t step) { return (n + step - 1) / step * step; }
INLINE Vector load(const float *p) { return *(const Vector *)p; }
INLINE void store(float *p, Vector v) { *(Vector *)p = v; }

// C = A B. The element (i, k) of A is a[i * a_row + k * a_step]; rows of B and C are contiguous.
// `rows` is a multiple of TILE_ROWS, `columns` of TILE_COLUMNS.
INLINE void product(size_t rows, size_t columns, size_t inner, const float *restrict a,
                    size_t a_row, size_t a_step, const float *restrict b, float *restrict c) {
  for (size_t j = 0; j < columns; j += TILE_COLUMNS)
    for (size_t i = 0; i < rows; i += TILE_ROWS) {
      Vector sum[TILE_ROWS][2];
      UNROLL for (int r = 0; r < TILE_ROWS; r++) sum[r][0] = sum[r][1] = (Vector){0};
      const float *left = a + i * a_row, *right = b + j;
      for (size_t k = 0; k < inner; k++, left += a_step, right += columns) {
        Vector low = load(right), high = load(right + LANES);
        UNROLL for (int r = 0; r < TILE_ROWS; r++) {
          sum[r][0] += left[r * a_row] * low;
          sum[r][1] += left[r * a_row] * high;
        }
      }
      UNROLL for (int r = 0; r < TILE_ROWS; r++) {
        store(c + (i + r) * columns + j, sum[r][0]);
        store(c + (i + r) * columns + j + LANES, sum[r][1]);
      }
    }
}

// Some rows of `from`, side by side and padded with zeros; rows NULL: the first ones.
INLINE void pack(const float *restrict from, size_t stride, const int32_t *rows, size_t count,
                 size_t depth, size_t padded_count, size_t width, float *restrict to) {
  for (size_t r = 0; r < padded_count; r++, to += width) {
    size_t used = r < count ? depth : 0;
    const float *row = from + (used ? (rows ? (size_t)rows[r] : r) * stride : 0);
    for (size_t c = 0; c < used; c++) to[c] = row[c];
    for (size_t c = used; c < width; c++) to[c] = 0;
  }
}

// The transpose of the first rows of `from`, padded with zeros at the right.
INLINE void pack_transposed(const float *restrict from, size_t stride, size_t count, size_t depth,
                            size_t width, float *restrict to) {
  for (size_t c = 0; c < depth; c++) {
    for (size_t r = 0; r < count; r++) to[c * width + r] = from[r * stride + c];
    for (size_t r = count; r < width; r++) to[c * width + r] = 0;
  }
}

INLINE void unpack(const float *restrict from, size_t width, float scale, const int32_t *rows,
                   size_t count, size_t depth, float *restrict to, size_t stride) {
  for (size_t r = 0; r < count; r++, from += width) {
    float *row = to + (rows ? (size_t)rows[r] : r) * stride;
    for (size_t c = 0; c < depth; c++) row[c] = scale * from[c];
  }
}

INLINE float sum_of(Vector v) {
  float lanes[LANES], sum = 0;
  store(lanes, v);
  for (int i = 0; i < LANES; i++) sum += lanes[i];
  return sum;
}

// What is shared by the heads of a window.
typedef struct {
  size_t tokens, row, depth, width, stride;
  size_t queries, padded_queries, padded_tokens;
  const int32_t *query, *region;
  float scale;
} Window;

INLINE Window window_at(const EspalierAttention *shape, size_t window) {
  Window w = {.tokens = shape->tokens, .depth = shape->depth};
  w.row = espalier_attention_row(w.tokens);
  w.width = round_up(w.depth, TILE_COLUMNS);
  w.stride = 3 * shape->heads * shape->depth;
  w.queries = (size_t)shape->query_counts[window];
  w.padded_queries = round_up(w.queries, TILE_ROWS);
  w.padded_tokens = round_up(w.tokens, TILE_ROWS);
  w.query = shape->queries + shape->query_starts[window];
  w.region = shape->regions ? shape->regions + window * w.row : NULL;
  w.scale = 1 / SQUARE_ROOT((float)w.depth);
  return w;
}

// The softmax of a row of scores, in place.
INLINE void softmax_row(const Window *w, const float *restrict bias, int32_t token,
                        float *restrict scores) {
  for (size_t j = 0; j < w->row; j++) scores[j] = scores[j] * w->scale + bias[j];
  if (w->region) {
    int32_t own = w->region[token];
    for (size_t j = 0; j < w->row; j++) scores[j] -= w->region[j] == own ? 0.0f : 100.0f;
  }
  Vector top = load(scores);
  for (size_t j = LANES; j < w->row; j += LANES)
    top = __builtin_elementwise_max(top, load(scores + j));
  float largest = top[0];
  for (int i = 1; i < LANES; i++) largest = top[i] > largest ? top[i] : largest;
  for (size_t j = 0; j < w->row; j++) scores[j] = fast_exp(scores[j] - largest);
  for (size_t j = w->tokens; j < w->row; j++) scores[j] = 0;
  Vector sum = {0};
  for (size_t j = 0; j < w->row; j += LANES) sum += load(scores + j);
  float inverse = 1 / sum_of(sum);
  for (size_t j = 0; j < w->row; j++) scores[j] *= inverse;
}

size_t espalier_attention_row(size_t tokens) { return round_up(tokens, TILE_COLUMNS); }

size_t espalier_attention_workspace(const EspalierAttention *shape) {
  size_t rows = round_up(shape->tokens, TILE_ROWS), row = espalier_attention_row(shape->tokens);
  size_t width = round_up(shape->depth, TILE_COLUMNS);
  return 4 * rows * width + shape->depth * row + rows * row;
}

FOR_EACH_INSTRUCTION_SET
void espalier_attention(const EspalierAttention *shape, const float *restrict qkv,
                        const float *restrict bias, size_t count, float *restrict workspace,
                        float *restrict probabilities, float *restrict y) {
  const size_t channels = shape->heads * shape->depth;
  for (size_t n = 0; n < count * shape->windows; n++) {
    const size_t sample = n / shape->windows, window = n % shape->windows;
    const Window w = window_at(shape, window);
    float *queries = workspace, *values = queries + w.padded_tokens * w.width;
    float *result = values + w.padded_tokens * w.width;
    float *keys = result + 2 * w.padded_tokens * w.width, *scores = keys + w.depth * w.row;
    const size_t place = (sample * shape->query_places + shape->query_starts[window]) *
                         shape->heads * w.row;
    float *out = y + n * w.tokens * channels;
    if (w.queries < w.tokens) memset(out, 0, w.tokens * channels * sizeof(float));
    for (size_t h = 0; h < shape->heads; h++) {
      const float *q = qkv + n * w.tokens * w.stride + h * w.depth;
      pack(q, w.stride, w.query, w.queries, w.depth, w.padded_queries, w.width, queries);
      pack_transposed(q + channels, w.stride, w.tokens, w.depth, w.row, keys);
      pack(q + 2 * channels, w.stride, NULL, w.tokens, w.depth, w.tokens, w.width, values);
      float *s = probabilities ? probabilities + place + h * w.padded_queries * w.row : scores;
      product(w.padded_queries, w.row, w.depth, queries, w.width, 1, keys, s);
      const float *own = bias + h * w.tokens * w.row;
      for (size_t i = 0; i < w.queries; i++)
        softmax_row(&w, own + (size_t)w.query[i] * w.row, w.query[i], s + i * w.row);
      for (size_t i = w.queries * w.row; i < w.padded_queries * w.row; i++) s[i] = 0;
      product(w.padded_queries, w.width, w.tokens, s, w.row, 1, values, result);
      unpack(result, w.width, 1, w.query, w.queries, w.depth, out + h * w.depth, channels);
    }
  }
}

// dS = P (dP - the sum of the products P dP of its row), in place of dP.
INLINE void softmax_gradient(const Window *w, const float *restrict p, float *restrict s) {
  for (size_t i = 0; i < w->padded_queries; i++, p += w->row, s += w->row) {
    Vector products = {0};
    for (size_t j = 0; j < w->row; j += LANES) products += load(p + j) * load(s + j);
    float sum = sum_of(products);
    for (size_t j = 0; j < w->row; j++) s[j] = p[j] * (s[j] - sum);
  }
}

FOR_EACH_INSTRUCTION_SET
void espalier_attention_gradient(const EspalierAttention *shape, const float *restrict qkv,
                                 const float *restrict probabilities, const float *restrict dy,
                                 size_t count, float *restrict workspace, float *restrict dqkv,
                                 float *restrict dbias) {
  const size_t channels = shape->heads * shape->depth;
  for (size_t n = 0; n < count * shape->windows; n++) {
    const size_t sample = n / shape->windows, window = n % shape->windows;
    const Window w = window_at(shape, window);
    float *queries = workspace, *keys = queries + w.padded_tokens * w.width;
    float *result = keys + w.padded_tokens * w.width;
    float *given = result + w.padded_tokens * w.width;
    float *values = given + w.padded_tokens * w.width, *scores = values + w.depth * w.row;
    const size_t place = (sample * shape->query_places + shape->query_starts[window]) *
                         shape->heads * w.row;
    for (size_t h = 0; h < shape->heads; h++) {
      const size_t start = n * w.tokens * w.stride + h * w.depth;
      const float *q = qkv + start;
      float *dq = dqkv + start;
      const float *p = probabilities + place + h * w.padded_queries * w.row;
      pack(q, w.stride, w.query, w.queries, w.depth, w.padded_queries, w.width, queries);
      pack(q + channels, w.stride, NULL, w.tokens, w.depth, w.tokens, w.width, keys);
      pack_transposed(q + 2 * channels, w.stride, w.tokens, w.depth, w.row, values);
      pack(dy + n * w.tokens * channels + h * w.depth, channels, w.query, w.queries, w.depth,
           w.padded_queries, w.width, given);
      // dV = P^T dY, dP = dY V^T
      product(w.padded_tokens, w.width, w.padded_queries, p, 1, w.row, given, result);
      unpack(result, w.width, 1, NULL, w.tokens, w.depth, dq + 2 * channels, w.stride);
      product(w.padded_queries, w.row, w.depth, given, w.width, 1, values, scores);
      softmax_gradient(&w, p, scores);
      for (size_t i = 0; i < w.queries; i++) {
        float *row = dbias + (h * w.tokens + (size_t)w.query[i]) * w.row;
        for (size_t j = 0; j < w.row; j++) row[j] += scores[i * w.row + j];
      }
      // dQ = dS K / sqrt(D), dK = dS^T Q / sqrt(D)
      product(w.padded_queries, w.width, w.tokens, scores, w.row, 1, keys, result);
      if (w.queries < w.tokens)
        for (size_t t = 0; t < w.tokens; t++) memset(dq + t * w.stride, 0, w.depth * sizeof(float));
      unpack(result, w.width, w.scale, w.query, w.queries, w.depth, dq, w.stride);
      product(w.padded_tokens, w.width, w.padded_queries, scores, 1, w.row, queries, result);
      unpack(result, w.width, w.scale, NULL, w.tokens, w.depth, dq + channels, w.stride);
    }
  }
}
