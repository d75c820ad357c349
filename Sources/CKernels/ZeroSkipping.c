// Products with a matrix of which many entries are 0, as a rectifier leaves them: the others are
// listed, and only they are multiplied.
#include "Dispatch.h"
#include "include/CKernels.h"

#include <string.h>

typedef float Vector __attribute__((vector_size(64)));
typedef float Loose __attribute__((vector_size(64), aligned(4)));

// A tile of B, [inner x columns], leaves room in the first-level cache (32 KB); the lists of so many
// rows of A lie in the second. Measured on one AVX-512 core (Zen 4): tiles of 40 KB are slower by
// 30 % where whole columns of A are 0, lists of 64 rows by 6 %.
enum { LANES = 16, TILE_VECTORS = 6, TILE = TILE_VECTORS * LANES, MOST_INNER = 128, MOST_ROWS = 128 };
enum { CACHED_VECTORS = (26 << 10) / sizeof(Vector) };

// The functions below are always inlined, so that no vector is ever passed between them.
#pragma clang diagnostic ignored "-Wpsabi"
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

typedef struct {
  uint32_t place;  // where the row of the tile begins
  float value;
} Entry;

typedef struct {
  Vector tile[MOST_INNER * TILE_VECTORS];
  // One place more than a row can have: what is not kept is written, too, and then over it.
  Entry entries[MOST_ROWS][MOST_INNER + 1];
  Entry *ends[MOST_ROWS];
} Workspace;

// Lists the entries of A that are not 0, row by row.
INLINE void list(Workspace *w, const float *a, size_t row_stride, size_t inner_stride, size_t rows,
                 size_t inner) {
  size_t r = 0;
  for (; row_stride == 1 && r + LANES <= rows; r += LANES) {
    Entry *next[LANES];
    for (int i = 0; i < LANES; i++) next[i] = w->entries[r + i];
    for (size_t k = 0; k < inner; k++)
      UNROLL for (int i = 0; i < LANES; i++) {
        float value = a[k * inner_stride + r + i];
        *next[i] = (Entry){(uint32_t)(k * TILE), value};
        next[i] += value != 0;
      }
    for (int i = 0; i < LANES; i++) w->ends[r + i] = next[i];
  }
  for (; r < rows; r++) {
    Entry *next = w->entries[r];
    for (size_t k = 0; k < inner; k++) {
      float value = a[r * row_stride + k * inner_stride];
      *next = (Entry){(uint32_t)(k * TILE), value};
      next += value != 0;
    }
    w->ends[r] = next;
  }
}

// So many columns of C, for all rows listed. The last vector may reach beyond them.
INLINE void product_tile(const int vectors, const Workspace *w, bool adds, size_t rows,
                         size_t columns, size_t stride, float *restrict c) {
  const float *tile = (const float *)w->tile;
  bool is_whole = columns == (size_t)vectors * LANES;
  for (size_t r = 0; r < rows; r++) {
    float edge[TILE], *place = is_whole ? c + r * stride : edge;
    if (!is_whole && adds) memcpy(edge, c + r * stride, columns * sizeof(float));
    Vector sum[TILE_VECTORS];
    UNROLL for (int v = 0; v < vectors; v++)
      sum[v] = adds ? *(const Loose *)(place + v * LANES) : (Vector){0};
    for (const Entry *e = w->entries[r], *end = w->ends[r]; e < end; e++) {
      const Vector *row = (const Vector *)(tile + e->place);
      UNROLL for (int v = 0; v < vectors; v++) sum[v] += e->value * row[v];
    }
    UNROLL for (int v = 0; v < vectors; v++) *(Loose *)(place + v * LANES) = sum[v];
    if (!is_whole) memcpy(c + r * stride, edge, columns * sizeof(float));
  }
}

// The next of equal parts of at most `most`.
INLINE size_t part(size_t count, size_t most) {
  size_t parts = (count + most - 1) / most;
  return (count + parts - 1) / parts;
}

FOR_EACH_INSTRUCTION_SET
void espalier_zero_skipping_product(const float *restrict a, bool is_transposed,
                                    const float *restrict b, size_t rows, size_t inner,
                                    size_t columns, float *restrict c) {
  Workspace w;
  size_t row_stride = is_transposed ? 1 : inner, inner_stride = is_transposed ? rows : 1;
  size_t vectors = (columns + LANES - 1) / LANES;
  // What lies beyond the last column is multiplied, too.
  if (columns % LANES) memset(w.tile, 0, sizeof(w.tile));
  for (size_t k = 0, depth; k < inner; k += depth) {
    depth = part(inner - k, MOST_INNER);
    size_t most = CACHED_VECTORS / depth;
    if (most > TILE_VECTORS) most = TILE_VECTORS;
    for (size_t r = 0, height; r < rows; r += height) {
      height = rows - r < MOST_ROWS ? rows - r : MOST_ROWS;
      list(&w, a + r * row_stride + k * inner_stride, row_stride, inner_stride, height, depth);
      for (size_t v = 0, width; v < vectors; v += width) {
        width = part(vectors - v, most);
        size_t first = v * LANES;
        size_t count = columns - first < width * LANES ? columns - first : width * LANES;
        for (size_t i = 0; i < depth; i++)
          memcpy(&w.tile[i * TILE_VECTORS], b + (k + i) * columns + first, count * sizeof(float));
        float *to = c + r * columns + first;
        switch (width) {
#define CASE(n)                                                  \
  case n:                                                        \
    product_tile(n, &w, k > 0, height, count, columns, to);      \
    break;
          CASE(1)
          CASE(2)
          CASE(3)
          CASE(4)
          CASE(5)
          CASE(6)
#undef CASE
        }
      }
    }
  }
}

FOR_EACH_INSTRUCTION_SET
size_t espalier_count_zeros(const float *x, size_t count) {
  size_t zeros = 0;
  for (size_t i = 0; i < count; i++) zeros += x[i] == 0;
  return zeros;
}
