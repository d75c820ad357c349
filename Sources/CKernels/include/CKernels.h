// The package's own kernels, in C so that one binary holds versions for several instruction sets
// and picks at run time. All buffers are plain row-major Float; none may overlap unless said.
// The Swift face, with the naive twins, is the target Kernels.
//
// Letters: R rows (samples), C columns (classes or features), H hidden units, N active columns.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// y[i] += a x[i]
void espalier_add_scaled(float a, const float *x, float *y, size_t count);

// dx[i] = dy[i] where 0 < saved[i] < limit, slope * dy[i] elsewhere; dx may be dy
void espalier_rectifier_gradient(float slope, float limit, const float *saved, const float *dy,
                                 float *dx, size_t count);

// out[c][r] = x[r][c]
void espalier_transpose(const float *x, size_t rows, size_t columns, float *out);

// out[i] = source[rows[i]]: copies rows of `width` floats. The rows lie far apart in memory, so each
// is asked for a few copies ahead.
void espalier_copy_rows(const float *source, size_t width, const int64_t *rows, size_t count,
                        float *out);

// sums[c] = sum over rows of x[r][c]
void espalier_column_sums(const float *x, size_t rows, size_t columns, float *sums);

// sums[c] += sum over r of (x[r, c] - shift[c]), and squares[c] += that of the squares.
// x: [rows x columns]; or, transposed, [columns x stride] with rows <= stride.
void espalier_add_moments(const float *x, const double *shift, size_t rows, size_t columns,
                          double *sums, double *squares);
void espalier_add_transposed_moments(const float *x, const double *shift, size_t rows,
                                     size_t stride, size_t columns, double *sums,
                                     double *squares);
// counts[c] += the number of r with x[r, c] > 0. x: [rows x columns].
void espalier_count_positives(const float *x, size_t rows, size_t columns, double *counts);

// By column: how many numbers are < low, > high and > beyond, added to; the smallest and the largest
// number, joined with what is there. A NaN counts nowhere. x: [rows x columns]; or, transposed,
// [columns x stride] with rows <= stride.
struct espalier_limits {
  float low, high, beyond;
};
struct espalier_states {
  int64_t *below, *above, *beyond;
  float *lowest, *highest;
};
void espalier_count_states(const float *x, size_t rows, size_t columns,
                           struct espalier_limits limits, struct espalier_states states);
void espalier_count_transposed_states(const float *x, size_t rows, size_t stride, size_t columns,
                                      struct espalier_limits limits,
                                      struct espalier_states states);

// values[i] = 0 where weights[i] is 0.
void espalier_clear_where_zero(const float *weights, float *values, size_t count);

// sums[c] = sum over rows of |x[r][c] - means[c] * shifts[r]|; means NULL: of |x[r][c]|
void espalier_column_absolute_sums(const float *x, const float *means, const float *shifts,
                                   size_t rows, size_t columns, float *sums);

// out[r][h] = max(hidden[r][h] - (input[r * stride] - mean) * weights[h], 0): the hidden layer
// behind a rectifier as it would be if one input column were at its mean
void espalier_rectify_without_column(const float *hidden, const float *input, size_t stride,
                                     float mean, const float *weights, size_t rows, size_t units,
                                     float *out);

// Cross-entropy of softmax(logits) against class labels, weighted per row and averaged:
//   returns sum_r w[r] * -log softmax(logits[r])[label[r]] / divisor; w NULL means all 1
//   gradient[r][c] = w[r] (softmax(logits[r])[c] - [c == label[r]]) / divisor; NULL: loss only
double espalier_softmax_cross_entropy(const float *logits, const int32_t *labels,
                                      const float *weights, float smoothing, size_t rows,
                                      size_t columns, double divisor, float *gradient);

// Cross-entropy of softmax(logits) against p = softmax(teacher), weighted per row and averaged:
//   returns sum_r w[r] sum_c -p[r][c] log softmax(logits[r])[c] / divisor
//   gradient[r][c] = w[r] (softmax(logits[r])[c] - p[r][c]) / divisor; NULL: loss only
double espalier_soft_cross_entropy(const float *logits, const float *teacher, const float *weights,
                                   size_t rows, size_t columns, double divisor, float *gradient);

// Binary cross-entropy of sigmoid(logits) against targets in 0...1, as above per element.
double espalier_binary_cross_entropy(const float *logits, const float *targets,
                                     const float *weights, size_t rows, size_t columns,
                                     double divisor, float *gradient);

// Squared error sum_r w[r] sum_c (output - target)^2 / divisor and its gradient, as above.
double espalier_squared_error(const float *outputs, const float *targets, const float *weights,
                              size_t rows, size_t columns, double divisor, float *gradient);

// What one step of Adam needs; the corrections are 1 / (1 - beta^t).
typedef struct {
  float learning_rate, beta1, beta2, epsilon;
  float coupled_decay;    // added to the gradient as decay * weight (L2)
  float decoupled_decay;  // weight *= 1 - learning_rate * decay (AdamW)
  float correction1, correction2;
} EspalierAdam;

// weight, moment1, moment2 are updated in place along the gradient.
void espalier_adam(EspalierAdam settings, const float *gradient, float *weight, float *moment1,
                   float *moment2, size_t count);

// The same for a matrix whose columns have step counts of their own: corrections per column
// instead of those in the settings.
void espalier_adam_by_column(EspalierAdam settings, const float *corrections1,
                             const float *corrections2, const float *gradient, float *weight,
                             float *moment1, float *moment2, size_t rows, size_t columns);

// Stochastic gradient descent with momentum as in PyTorch: g += decay * w; v = momentum v + g;
// w -= learning_rate * (nesterov ? g + momentum v : v).
void espalier_sgd(float learning_rate, float momentum, float decay, int nesterov,
                  const float *gradient, float *weight, float *velocity, size_t count);

// The same for weights that have ages of their own, in steps: the corrections of an age stand in
// two tables of `limit` + 1 numbers; ages count up to the limit, where both are 1 in float.
void espalier_adam_by_age(EspalierAdam settings, const float *corrections1,
                          const float *corrections2, uint16_t limit, uint16_t *ages,
                          const float *gradient, float *weight, float *moment1, float *moment2,
                          size_t count);

// Feature-major activations: [features x batch], batch a multiple of 16 and aligned to 64 bytes; the
// samples behind the last one are padding.

// out[f][s] = source[rows[s]][f] for `count` samples, 0 behind them; rows NULL: the first ones
void espalier_gather_feature_major(const float *source, size_t width, const int64_t *rows,
                                   size_t count, size_t batch, float *out);

// out[s][f] = x[f][s] for `count` samples
void espalier_scatter_sample_major(const float *x, size_t width, size_t count, size_t batch,
                                   float *out);

// x[f][s] += shifts[f]
void espalier_add_to_rows(float *x, const float *shifts, size_t rows, size_t batch);

// sums[f] = sum over s of x[f][s]
void espalier_row_sums(const float *x, size_t rows, size_t batch, float *sums);

// sums[f] += factor * sum over s of |x[f][s]|, or |x[f][s] * y[f][s]| if y is not NULL
void espalier_add_row_absolute_sums(float factor, const float *x, const float *y, size_t rows,
                                    size_t batch, double *sums);

// Sparse matrices: `starts` [rows + 1] says where the entries of a row begin, `indices` in which
// column each lies. Activations are feature-major.

// y[r] = bias[r] + sum over the entries k of row r: values[k] x[indices[k]]; bias NULL: without.
// With `positions` the value of entry k is values[positions[k]]: the transposed matrix.
void espalier_sparse_product(const int32_t *starts, const int32_t *indices,
                             const int32_t *positions, const float *values, const float *bias,
                             const float *x, size_t batch, size_t rows, float *y);

// gradient[k] = dy[r] . x[indices[k]] for every entry k of every row r
void espalier_sparse_weight_gradient(const int32_t *starts, const int32_t *indices, const float *x,
                                     const float *dy, size_t batch, size_t rows, float *gradient);

// C = A B with A [rows x inner], or [inner x rows] if it is transposed, and B [inner x columns]; the
// entries of A that are 0 are not multiplied, whatever they would meet in B.
void espalier_zero_skipping_product(const float *a, bool is_transposed, const float *b, size_t rows,
                                    size_t inner, size_t columns, float *c);

// How many numbers are 0.
size_t espalier_count_zeros(const float *x, size_t count);

// out[r][c] = x[r][c] * y[r][c], or x[r][c] * y[c] if y is one row (`is_row`)
void espalier_multiply(const float *x, const float *y, bool is_row, size_t rows, size_t columns,
                       float *out);

// out[r][c] = x[r][c] * scale[c] + shift[c]
void espalier_scale_and_shift(const float *x, const float *scale, const float *shift, size_t rows,
                              size_t columns, float *out);

// sums[c] = sum over rows of x[r][c] * y[r][c]
void espalier_column_products(const float *x, const float *y, size_t rows, size_t columns,
                              float *sums);

// Attention inside windows of T tokens, head by head:
//   S = Q K^T / sqrt(D) + bias[head] (- 100 between tokens of different regions)
//   P = softmax of the rows of S, Y = P V
// with Q, K, V of a window side by side, [T x 3 x heads x D], and Y [T x heads x D].
typedef struct {
  size_t tokens, heads, depth;   // T, heads, D
  size_t windows;                // of one sample
  const int32_t *queries;        // the tokens of each window whose rows of Y are wanted; a multiple
                                 // of 4 places for each, only the first of which may be taken
  const int32_t *query_starts;   // [windows] where those of a window begin
  const int32_t *query_counts;   // [windows] how many they are
  size_t query_places;           // all places of a sample
  const int32_t *regions;        // [windows x row]; NULL: no window has several regions
} EspalierAttention;

// How many floats a row of S, P and bias takes: T, rounded up.
size_t espalier_attention_row(size_t tokens);
// How many floats of working memory either pass takes; it need not be kept.
size_t espalier_attention_workspace(const EspalierAttention *);

// For `count` samples; bias [heads x T x row] is very low behind the T of each row. Keeps P,
// [samples x query places x heads x row], unless it is NULL. Other rows of Y become 0.
void espalier_attention(const EspalierAttention *, const float *qkv, const float *bias,
                        size_t count, float *workspace, float *probabilities, float *y);
// Reads P; the gradient of the bias is added up over all windows, [heads x T x row].
void espalier_attention_gradient(const EspalierAttention *, const float *qkv,
                                 const float *probabilities, const float *dy, size_t count,
                                 float *workspace, float *dqkv, float *dbias);

// Which of the instruction sets of Dispatch.h runs on this machine: 2 for x86-64-v4 (AVX-512), 1 for
// x86-64-v3 (AVX2), 0 for the compiler's base set (SSE2, NEON).
int espalier_instruction_set(void);
