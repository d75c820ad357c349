// Sums of numbers and of their squares, in double precision, column by column.
#include "Dispatch.h"
#include "include/CKernels.h"

FOR_EACH_INSTRUCTION_SET
void espalier_add_moments(const float *restrict x, const double *restrict shift, size_t rows,
                          size_t columns, double *restrict sums, double *restrict squares) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) {
      double difference = (double)x[r * columns + c] - shift[c];
      sums[c] += difference;
      squares[c] += difference * difference;
    }
}

FOR_EACH_INSTRUCTION_SET
void espalier_add_transposed_moments(const float *restrict x, const double *restrict shift,
                                     size_t rows, size_t stride, size_t columns,
                                     double *restrict sums, double *restrict squares) {
  for (size_t c = 0; c < columns; c++) {
    double sum = 0, square = 0;
    for (size_t r = 0; r < rows; r++) {
      double difference = (double)x[c * stride + r] - shift[c];
      sum += difference;
      square += difference * difference;
    }
    sums[c] += sum;
    squares[c] += square;
  }
}

FOR_EACH_INSTRUCTION_SET
void espalier_count_positives(const float *restrict x, size_t rows, size_t columns,
                              double *restrict counts) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) counts[c] += x[r * columns + c] > 0 ? 1.0 : 0.0;
}
