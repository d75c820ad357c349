#include <math.h>
#include <string.h>

#include "Dispatch.h"
#include "include/CKernels.h"

FOR_EACH_INSTRUCTION_SET
void espalier_add_scaled(float a, const float *restrict x, float *restrict y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] += a * x[i];
}

FOR_EACH_INSTRUCTION_SET
void espalier_rectifier_gradient(float slope, float limit, const float *restrict saved,
                                 const float *dy, float *dx, size_t count) {
#pragma clang loop vectorize(assume_safety)  // dx is dy or apart from it
  for (size_t i = 0; i < count; i++)
    dx[i] = (saved[i] > 0) & (saved[i] < limit) ? dy[i] : slope * dy[i];
}

void espalier_copy_rows(const float *restrict source, size_t width, const int64_t *restrict rows,
                        size_t count, float *restrict out) {
  enum { AHEAD = 6, LINE = 16 };  // rows; floats in a cache line
  for (size_t i = 0; i < count; i++) {
    if (i + AHEAD < count) {
      const float *next = source + (size_t)rows[i + AHEAD] * width;
      for (size_t c = 0; c < width; c += LINE) __builtin_prefetch(next + c);
    }
    memcpy(out + i * width, source + (size_t)rows[i] * width, width * sizeof(float));
  }
}

FOR_EACH_INSTRUCTION_SET
void espalier_column_sums(const float *restrict x, size_t rows, size_t columns,
                          float *restrict sums) {
  for (size_t c = 0; c < columns; c++) sums[c] = 0;
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) sums[c] += x[r * columns + c];
}

FOR_EACH_INSTRUCTION_SET
void espalier_column_absolute_sums(const float *restrict x, const float *restrict means,
                                   const float *restrict shifts, size_t rows, size_t columns,
                                   float *restrict sums) {
  for (size_t c = 0; c < columns; c++) sums[c] = 0;
  for (size_t r = 0; r < rows; r++) {
    const float *row = x + r * columns;
    if (means) {
      float shift = shifts[r];
      for (size_t c = 0; c < columns; c++) sums[c] += fabsf(row[c] - means[c] * shift);
    } else {
      for (size_t c = 0; c < columns; c++) sums[c] += fabsf(row[c]);
    }
  }
}

FOR_EACH_INSTRUCTION_SET
void espalier_rectify_without_column(const float *restrict hidden, const float *restrict input,
                                     size_t stride, float mean, const float *restrict weights,
                                     size_t rows, size_t units, float *restrict out) {
  for (size_t r = 0; r < rows; r++) {
    float deviation = input[r * stride] - mean;
    const float *from = hidden + r * units;
    float *to = out + r * units;
    for (size_t h = 0; h < units; h++) {
      float z = from[h] - deviation * weights[h];
      to[h] = z > 0 ? z : 0;
    }
  }
}
