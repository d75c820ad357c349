// Products of a matrix with another one, or with one row for all of its rows.
#include "Dispatch.h"
#include "include/CKernels.h"

FOR_EACH_INSTRUCTION_SET
void espalier_multiply(const float *x, const float *restrict y, bool is_row, size_t rows,
                       size_t columns, float *out) {
  for (size_t r = 0; r < rows; r++) {
    const float *factors = is_row ? y : y + r * columns;
#pragma clang loop vectorize(assume_safety)  // out is x or apart from it
    for (size_t c = 0; c < columns; c++) out[r * columns + c] = x[r * columns + c] * factors[c];
  }
}

FOR_EACH_INSTRUCTION_SET
void espalier_scale_and_shift(const float *restrict x, const float *restrict scale,
                              const float *restrict shift, size_t rows, size_t columns,
                              float *restrict out) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++)
      out[r * columns + c] = x[r * columns + c] * scale[c] + shift[c];
}

FOR_EACH_INSTRUCTION_SET
void espalier_column_products(const float *restrict x, const float *restrict y, size_t rows,
                              size_t columns, float *restrict sums) {
  for (size_t c = 0; c < columns; c++) sums[c] = 0;
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) sums[c] += x[r * columns + c] * y[r * columns + c];
}
