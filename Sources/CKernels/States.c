// How often the numbers of each column lie below, above and beyond three limits, and their range.
#include "Dispatch.h"
#include "include/CKernels.h"

typedef float Vector __attribute__((vector_size(64)));
typedef float Unaligned __attribute__((vector_size(64), aligned(4)));
typedef int32_t Counts __attribute__((vector_size(64)));

enum { LANES = 16 };

#pragma clang diagnostic ignored "-Wpsabi"  // the functions are always inlined
#define INLINE static inline __attribute__((always_inline))

typedef struct {
  Counts below, above, beyond;
  Vector lowest, highest;
} Lanes;

// Sixteen columns, or sixteen places of one: vectors that lie `step` floats apart.
INLINE Lanes count_lanes(const float *x, size_t vectors, size_t step, struct espalier_limits limits) {
  Counts below = {0}, above = {0}, beyond = {0};
  Vector lowest = *(const Unaligned *)x, highest = lowest;
  Vector low = (Vector){0} + limits.low, high = (Vector){0} + limits.high,
         limit = (Vector){0} + limits.beyond;
  for (size_t v = 0; v < vectors; v++) {
    Vector value = *(const Unaligned *)(x + v * step);
    below -= value < low;  // a comparison that holds is -1
    above -= value > high;
    beyond -= value > limit;
    lowest = __builtin_elementwise_min(lowest, value);
    highest = __builtin_elementwise_max(highest, value);
  }
  return (Lanes){below, above, beyond, lowest, highest};
}

INLINE void add_number(float value, struct espalier_limits limits, size_t column,
                       struct espalier_states states) {
  states.below[column] += value < limits.low;
  states.above[column] += value > limits.high;
  states.beyond[column] += value > limits.beyond;
  if (value < states.lowest[column]) states.lowest[column] = value;
  if (value > states.highest[column]) states.highest[column] = value;
}

INLINE void add_lane(Lanes lanes, int lane, size_t column, struct espalier_states states) {
  states.below[column] += lanes.below[lane];
  states.above[column] += lanes.above[lane];
  states.beyond[column] += lanes.beyond[lane];
  if (lanes.lowest[lane] < states.lowest[column]) states.lowest[column] = lanes.lowest[lane];
  if (lanes.highest[lane] > states.highest[column]) states.highest[column] = lanes.highest[lane];
}

FOR_EACH_INSTRUCTION_SET
void espalier_count_states(const float *x, size_t rows, size_t columns,
                           struct espalier_limits limits, struct espalier_states states) {
  if (rows == 0) return;
  if (columns < LANES) {
    // Sixteen rows together are whole vectors; each lane of them is always the same column.
    size_t groups = rows / LANES;
    for (size_t v = 0; groups > 0 && v < columns; v++) {
      Lanes lanes = count_lanes(x + v * LANES, groups, columns * LANES, limits);
      for (int lane = 0; lane < LANES; lane++)
        add_lane(lanes, lane, (v * LANES + lane) % columns, states);
    }
    for (size_t i = groups * LANES * columns; i < rows * columns; i++)
      add_number(x[i], limits, i % columns, states);
    return;
  }
  for (size_t first = 0; first < columns; first += LANES) {
    // The last vector overlaps the one before it.
    size_t start = first + LANES <= columns ? first : columns - LANES;
    Lanes lanes = count_lanes(x + start, rows, columns, limits);
    for (int lane = (int)(first - start); lane < LANES; lane++)
      add_lane(lanes, lane, start + lane, states);
  }
}

FOR_EACH_INSTRUCTION_SET
void espalier_count_transposed_states(const float *x, size_t rows, size_t stride, size_t columns,
                                      struct espalier_limits limits,
                                      struct espalier_states states) {
  size_t vectors = rows / LANES;
  for (size_t c = 0; c < columns; c++) {
    const float *column = x + c * stride;
    if (vectors > 0) {
      Lanes lanes = count_lanes(column, vectors, LANES, limits);
      for (int lane = 0; lane < LANES; lane++) add_lane(lanes, lane, c, states);
    }
    for (size_t r = vectors * LANES; r < rows; r++) add_number(column[r], limits, c, states);
  }
}

FOR_EACH_INSTRUCTION_SET
void espalier_clear_where_zero(const float *restrict weights, float *restrict values,
                               size_t count) {
  for (size_t i = 0; i < count; i++) values[i] = weights[i] != 0 ? values[i] : 0;
}
