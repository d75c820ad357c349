// Matrix products, elementwise functions and softmax.
#include "Shim.h"

// Matrices one behind the other; a single one has two dimensions, which oneDNN knows best.
static Descriptor describe_matrices(int64_t count, int64_t rows, int64_t columns, bool transposed) {
  int64_t extents[] = {count, rows, columns};
  int64_t strides[] = {rows * columns, transposed ? 1 : columns, transposed ? rows : 1};
  return count == 1 ? describe(2, extents + 1, strides + 1) : describe(3, extents, strides);
}

EspalierPrimitive *espalier_matmul(int64_t count, int64_t rows, int64_t columns, int64_t inner,
                                   bool transpose_a, bool transpose_b, bool has_bias,
                                   const EspalierFollowUp *follow_up) {
  if (!shim_engine()) return NULL;
  Descriptor a = describe_matrices(count, rows, inner, transpose_a);
  Descriptor b = describe_matrices(count, inner, columns, transpose_b);
  int64_t bias_extents[] = {1, 1, columns}, bias_strides[] = {columns, columns, 1};
  Descriptor bias = count == 1 ? describe(2, bias_extents + 1, bias_strides + 1)
                               : describe(3, bias_extents, bias_strides);
  Descriptor c = describe_matrices(count, rows, columns, false);
  dnnl_primitive_attr_t attributes = create_attributes();
  dnnl_primitive_desc_t recipe = NULL;
  if (a && b && bias && c && attributes && add_follow_up(attributes, follow_up, c)) {
#if DNNL_VERSION_MAJOR >= 3
    dnnl_matmul_primitive_desc_create(&recipe, shim_engine(), a, b, has_bias ? bias : NULL, c,
                                      attributes);
#else
    dnnl_matmul_desc_t operation;
    if (dnnl_matmul_desc_init(&operation, VALUE(a), VALUE(b), has_bias ? VALUE(bias) : NULL,
                              VALUE(c)) == dnnl_success)
      dnnl_primitive_desc_create(&recipe, &operation, attributes, shim_engine(), NULL);
#endif
  }
  Buffer buffers[5] = {{DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}};
  int used = 2;
  if (has_bias) buffers[used++] = (Buffer){DNNL_ARG_BIAS, bias};
  if (follow_up && follow_up->adds) buffers[used++] = (Buffer){ADDED_ARGUMENT, c};
  buffers[used++] = (Buffer){DNNL_ARG_DST, c};
  EspalierPrimitive *result = finish(recipe, used, buffers);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  forget(a), forget(b), forget(bias), forget(c);
  return result;
}

dnnl_alg_kind_t activation_kind(EspalierActivation kind) {
  switch (kind) {
    case ESPALIER_RELU: return dnnl_eltwise_relu;
    case ESPALIER_LOGISTIC: return dnnl_eltwise_logistic;
    case ESPALIER_TANH: return dnnl_eltwise_tanh;
    case ESPALIER_GELU_ERF: return dnnl_eltwise_gelu_erf;
    case ESPALIER_GELU_TANH: return dnnl_eltwise_gelu_tanh;
    case ESPALIER_CLIP: return dnnl_eltwise_clip;
    case ESPALIER_SWISH: return dnnl_eltwise_swish;
    case ESPALIER_HARDSWISH: return dnnl_eltwise_hardswish;
    case ESPALIER_ELU: return dnnl_eltwise_elu;
  }
  return dnnl_alg_kind_undef;
}

// The second number of a function of two: only the bounds of a clip and version 3's hardswish.
static float second(EspalierActivation kind, float beta) {
  return kind == ESPALIER_HARDSWISH ? 0.5f : beta;
}

static float first(EspalierActivation kind, float alpha) {
  return kind == ESPALIER_HARDSWISH ? 1.0f / 6 : alpha;
}

static dnnl_status_t append_addition(dnnl_post_ops_t operations, Descriptor target) {
  if (target) return dnnl_post_ops_append_binary(operations, dnnl_binary_add, VALUE(target));
#if DNNL_VERSION_MAJOR >= 3
  return dnnl_post_ops_append_sum(operations, 1, 0, dnnl_data_type_undef);
#else
  return dnnl_post_ops_append_sum(operations, 1);
#endif
}

bool add_follow_up(dnnl_primitive_attr_t attributes, const EspalierFollowUp *follow_up,
                   Descriptor target) {
  if (!follow_up) return true;
  dnnl_post_ops_t operations = NULL;
  if (dnnl_post_ops_create(&operations) != dnnl_success) return false;
  bool fine = !follow_up->adds || append_addition(operations, target) == dnnl_success;
  if (fine && follow_up->activates) {
    EspalierActivation kind = follow_up->activation;
    float alpha = first(kind, follow_up->alpha), beta = second(kind, follow_up->beta);
#if DNNL_VERSION_MAJOR >= 3
    fine = dnnl_post_ops_append_eltwise(operations, activation_kind(kind), alpha, beta) ==
           dnnl_success;
#else
    fine = dnnl_post_ops_append_eltwise(operations, 1, activation_kind(kind), alpha, beta) ==
           dnnl_success;
#endif
  }
  fine = fine && dnnl_primitive_attr_set_post_ops(attributes, operations) == dnnl_success;
  dnnl_post_ops_destroy(operations);
  return fine;
}

// Softmax and the elementwise functions share one form: forward x -> y, backward reads y or x
// (`saved`) and dy and writes dx, all of one shape.
typedef enum { ELEMENTWISE, SOFTMAX } Family;

static EspalierPrimitive *create_unary(Family family, dnnl_alg_kind_t kind, float alpha,
                                       float beta, int64_t rows, int64_t columns, bool gradient) {
  dnnl_engine_t engine = shim_engine();
  if (!engine) return NULL;
  Descriptor d = describe_matrix(rows, columns, columns, 1);
  dnnl_primitive_attr_t attributes = create_attributes();
  dnnl_primitive_desc_t hint = NULL, recipe = NULL;
  EspalierPrimitive *result = NULL;
  if (d && attributes) {
#if DNNL_VERSION_MAJOR >= 3
    dnnl_prop_kind_t forward = dnnl_forward_training;
    if (family == ELEMENTWISE)
      dnnl_eltwise_forward_primitive_desc_create(&hint, engine, forward, kind, d, d, alpha, beta,
                                                 attributes);
    else
      dnnl_softmax_forward_primitive_desc_create(&hint, engine, forward, dnnl_softmax_accurate,
                                                 d, d, 1, attributes);
    if (hint && gradient && family == ELEMENTWISE)
      dnnl_eltwise_backward_primitive_desc_create(&recipe, engine, kind, d, d, d, alpha, beta,
                                                  hint, attributes);
    if (hint && gradient && family == SOFTMAX)
      dnnl_softmax_backward_primitive_desc_create(&recipe, engine, dnnl_softmax_accurate, d, d, d,
                                                  1, hint, attributes);
#else
    dnnl_eltwise_desc_t elementwise;
    dnnl_softmax_desc_t softmax;
    const void *operation = family == ELEMENTWISE ? (void *)&elementwise : (void *)&softmax;
    dnnl_status_t status =
        family == ELEMENTWISE
            ? dnnl_eltwise_forward_desc_init(&elementwise, dnnl_forward_training, kind, VALUE(d),
                                             alpha, beta)
            : dnnl_softmax_forward_desc_init(&softmax, dnnl_forward_training, VALUE(d), 1);
    if (status == dnnl_success)
      dnnl_primitive_desc_create(&hint, operation, attributes, engine, NULL);
    if (hint && gradient) {
      status = family == ELEMENTWISE ? dnnl_eltwise_backward_desc_init(&elementwise, kind, VALUE(d),
                                                                       VALUE(d), alpha, beta)
                                     : dnnl_softmax_backward_desc_init(&softmax, VALUE(d), VALUE(d), 1);
      if (status == dnnl_success)
        dnnl_primitive_desc_create(&recipe, operation, attributes, engine, hint);
    }
#endif
  }
  if (gradient) {
    Buffer buffers[] = {{family == SOFTMAX ? DNNL_ARG_DST : DNNL_ARG_SRC, d},
                        {DNNL_ARG_DIFF_DST, d},
                        {DNNL_ARG_DIFF_SRC, d}};
    result = finish(recipe, 3, buffers);
    if (hint) dnnl_primitive_desc_destroy(hint);
  } else {
    Buffer buffers[] = {{DNNL_ARG_SRC, d}, {DNNL_ARG_DST, d}};
    result = finish(hint, 2, buffers);
  }
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  forget(d);
  return result;
}

EspalierPrimitive *espalier_activation(EspalierActivation kind, float alpha, float beta,
                                       int64_t count) {
  return create_unary(ELEMENTWISE, activation_kind(kind), first(kind, alpha), second(kind, beta),
                      1, count, false);
}

EspalierPrimitive *espalier_activation_gradient(EspalierActivation kind, float alpha, float beta,
                                                int64_t count) {
  return create_unary(ELEMENTWISE, activation_kind(kind), first(kind, alpha), second(kind, beta),
                      1, count, true);
}

EspalierPrimitive *espalier_softmax(int64_t rows, int64_t columns) {
  return create_unary(SOFTMAX, dnnl_alg_kind_undef, 0, 0, rows, columns, false);
}

EspalierPrimitive *espalier_softmax_gradient(int64_t rows, int64_t columns) {
  return create_unary(SOFTMAX, dnnl_alg_kind_undef, 0, 0, rows, columns, true);
}
