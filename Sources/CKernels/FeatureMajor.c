// Activations that lie feature by feature, as the sparse products want them.
#include "Dispatch.h"
#include "include/CKernels.h"

enum { LANES = 16 };

FOR_EACH_INSTRUCTION_SET
void espalier_gather_feature_major(const float *restrict source, size_t width,
                                   const int64_t *restrict rows, size_t count, size_t batch,
                                   float *restrict out) {
  for (size_t s = 0; s < batch; s += LANES) {
    size_t present = s >= count ? 0 : count - s < LANES ? count - s : LANES;
    const float *row[LANES];
    for (size_t i = 0; i < LANES; i++) {
      size_t sample = s + (i < present ? i : 0);
      row[i] = present ? source + (rows ? (size_t)rows[sample] : sample) * width : source;
    }
    if (present == LANES) {
      for (size_t f = 0; f < width; f++)
        for (size_t i = 0; i < LANES; i++) out[f * batch + s + i] = row[i][f];
    } else {
      for (size_t f = 0; f < width; f++)
        for (size_t i = 0; i < LANES; i++) out[f * batch + s + i] = i < present ? row[i][f] : 0;
    }
  }
}

FOR_EACH_INSTRUCTION_SET
void espalier_scatter_sample_major(const float *restrict x, size_t width, size_t count,
                                   size_t batch, float *restrict out) {
  for (size_t f = 0; f < width; f += LANES) {
    size_t last = f + LANES < width ? f + LANES : width;
    for (size_t s = 0; s < count; s++)
      for (size_t i = f; i < last; i++) out[s * width + i] = x[i * batch + s];
  }
}

FOR_EACH_INSTRUCTION_SET
void espalier_add_to_rows(float *restrict x, const float *restrict shifts, size_t rows,
                          size_t batch) {
  for (size_t r = 0; r < rows; r++)
    for (size_t s = 0; s < batch; s++) x[r * batch + s] += shifts[r];
}

// Sixteen running sums, so that the compiler may add whole vectors.
#define SUM_ROW(term)                                                   \
  float lanes[LANES] = {0}, sum = 0;                                    \
  for (size_t s = 0; s < batch; s += LANES)                             \
    for (size_t i = 0; i < LANES; i++) lanes[i] += term(r * batch + s + i); \
  for (size_t i = 0; i < LANES; i++) sum += lanes[i];

FOR_EACH_INSTRUCTION_SET
void espalier_row_sums(const float *restrict x, size_t rows, size_t batch,
                       float *restrict sums) {
#define TERM(i) x[i]
  for (size_t r = 0; r < rows; r++) {
    SUM_ROW(TERM)
    sums[r] = sum;
  }
#undef TERM
}

FOR_EACH_INSTRUCTION_SET
void espalier_add_row_absolute_sums(float factor, const float *restrict x,
                                    const float *restrict y, size_t rows, size_t batch,
                                    double *restrict sums) {
#define ABSOLUTE(i) __builtin_fabsf(x[i])
#define ABSOLUTE_PRODUCT(i) __builtin_fabsf(x[i] * y[i])
  for (size_t r = 0; r < rows; r++) {
    if (y) {
      SUM_ROW(ABSOLUTE_PRODUCT)
      sums[r] += (double)factor * sum;
    } else {
      SUM_ROW(ABSOLUTE)
      sums[r] += (double)factor * sum;
    }
  }
}

void espalier_transpose(const float *restrict x, size_t rows, size_t columns,
                        float *restrict out) {
  enum { BLOCK = 16 };  // floats in a cache line
  for (size_t r = 0; r < rows; r += BLOCK)
    for (size_t c = 0; c < columns; c += BLOCK) {
      size_t last_row = r + BLOCK < rows ? r + BLOCK : rows;
      size_t last_column = c + BLOCK < columns ? c + BLOCK : columns;
      for (size_t i = c; i < last_column; i++)
        for (size_t j = r; j < last_row; j++) out[i * rows + j] = x[j * columns + i];
    }
}
