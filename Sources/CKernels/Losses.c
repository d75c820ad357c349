#include <math.h>

#include "Dispatch.h"
#include "Exponential.h"
#include "include/CKernels.h"

static inline float largest_of(const float *row, size_t columns) {
  float largest = row[0];
  for (size_t c = 1; c < columns; c++) largest = row[c] > largest ? row[c] : largest;
  return largest;
}

// The exponentials are taken in one loop over the whole block: rows are too short (a column per
// class) to fill vector registers one by one.
FOR_EACH_INSTRUCTION_SET
static void exponentials(const float *restrict logits, size_t rows, size_t columns,
                         float *restrict out) {
  for (size_t r = 0; r < rows; r++) {
    float largest = largest_of(logits + r * columns, columns);
    for (size_t c = 0; c < columns; c++)
      out[r * columns + c] = logits[r * columns + c] - largest;
  }
  for (size_t i = 0; i < rows * columns; i++) out[i] = fast_exp(out[i]);
}

FOR_EACH_INSTRUCTION_SET
double espalier_softmax_cross_entropy(const float *restrict logits,
                                      const int32_t *restrict labels,
                                      const float *restrict weights, float smoothing, size_t rows,
                                      size_t columns, double divisor, float *restrict gradient) {
  double loss = 0;
  float inverse = (float)(1 / divisor), share = smoothing / columns;
  if (gradient) exponentials(logits, rows, columns, gradient);
  for (size_t r = 0; r < rows; r++) {
    const float *row = logits + r * columns;
    float weight = weights ? weights[r] : 1;
    float sum = 0;
    if (gradient) {
      float *out = gradient + r * columns;
      for (size_t c = 0; c < columns; c++) sum += out[c];
      float scale = weight * inverse / sum;
      float shift = weight * inverse * share;
      for (size_t c = 0; c < columns; c++) out[c] = out[c] * scale - shift;
      out[labels[r]] -= weight * inverse * (1 - smoothing);
    } else {
      float largest = largest_of(row, columns);
      for (size_t c = 0; c < columns; c++) sum += fast_exp(row[c] - largest);
    }
    float target = (1 - smoothing) * row[labels[r]];
    if (smoothing > 0)
      for (size_t c = 0; c < columns; c++) target += share * row[c];
    loss += weight * ((double)logf(sum) + largest_of(row, columns) - target);
  }
  return loss / divisor;
}

FOR_EACH_INSTRUCTION_SET
double espalier_soft_cross_entropy(const float *restrict logits, const float *restrict teacher,
                                   const float *restrict weights, size_t rows, size_t columns,
                                   double divisor, float *restrict gradient) {
  double loss = 0;
  float inverse = (float)(1 / divisor);
  if (gradient) exponentials(logits, rows, columns, gradient);
  for (size_t r = 0; r < rows; r++) {
    const float *row = logits + r * columns, *wanted = teacher + r * columns;
    float *out = gradient ? gradient + r * columns : NULL;
    float weight = weights ? weights[r] : 1;
    float largest = largest_of(row, columns), most = largest_of(wanted, columns);
    float sum = 0, total = 0, product = 0;
    for (size_t c = 0; c < columns; c++) {
      float share = fast_exp(wanted[c] - most);
      total += share;
      product += share * row[c];
      sum += out ? out[c] : fast_exp(row[c] - largest);
    }
    if (out) {
      float scale = weight * inverse / sum, shift = weight * inverse / total;
      for (size_t c = 0; c < columns; c++)
        out[c] = out[c] * scale - fast_exp(wanted[c] - most) * shift;
    }
    loss += weight * ((double)logf(sum) + largest - product / total);
  }
  return loss / divisor;
}

FOR_EACH_INSTRUCTION_SET
double espalier_binary_cross_entropy(const float *restrict logits, const float *restrict targets,
                                     const float *restrict weights, size_t rows, size_t columns,
                                     double divisor, float *restrict gradient) {
  double loss = 0;
  float inverse = (float)(1 / divisor);
  for (size_t r = 0; r < rows; r++) {
    float weight = weights ? weights[r] : 1;
    for (size_t c = 0; c < columns; c++) {
      size_t i = r * columns + c;
      float z = logits[i], t = targets[i];
      float e = fast_exp(-fabsf(z));  // in (0, 1], so neither branch overflows
      loss += weight * ((z > 0 ? z : 0) - z * t + log1pf(e));
      if (gradient) gradient[i] = weight * inverse * ((z >= 0 ? 1 : e) / (1 + e) - t);
    }
  }
  return loss / divisor;
}

FOR_EACH_INSTRUCTION_SET
double espalier_squared_error(const float *restrict outputs, const float *restrict targets,
                              const float *restrict weights, size_t rows, size_t columns,
                              double divisor, float *restrict gradient) {
  double loss = 0;
  float inverse = (float)(1 / divisor);
  for (size_t r = 0; r < rows; r++) {
    float weight = weights ? weights[r] : 1;
    for (size_t c = 0; c < columns; c++) {
      size_t i = r * columns + c;
      float error = outputs[i] - targets[i];
      loss += (double)weight * error * error;
      if (gradient) gradient[i] = 2 * weight * inverse * error;
    }
  }
  return loss / divisor;
}
