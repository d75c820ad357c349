#ifndef _GNU_SOURCE
#define _GNU_SOURCE  // RTLD_DEFAULT
#endif
#include "include/COneDNN.h"

#include <dlfcn.h>
#include <dnnl.h>
#include <pthread.h>
#include <stdlib.h>

#define MAXIMUM_BUFFERS 4

struct EspalierPrimitive {
  dnnl_primitive_t primitive;
  dnnl_stream_t stream;
  void *scratchpad;
  int buffer_count;
  dnnl_exec_arg_t arguments[MAXIMUM_BUFFERS + 1];  // the buffers, then the scratchpad
};

static dnnl_engine_t engine;
static pthread_once_t engine_once = PTHREAD_ONCE_INIT;

static void create_engine(void) {
  if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) engine = NULL;
}

static bool has_engine(void) {
  pthread_once(&engine_once, create_engine);
  return engine != NULL;
}

#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t Descriptor;  // a pointer to an opaque value
#else
typedef struct {
  dnnl_memory_desc_t value;
} *Descriptor;  // a pointer, as in version 3
#endif

static Descriptor describe(int64_t rows, int64_t columns, int64_t row_stride,
                           int64_t column_stride) {
  dnnl_dims_t extents = {rows, columns}, strides = {row_stride, column_stride};
#if DNNL_VERSION_MAJOR >= 3
  Descriptor descriptor = NULL;
  dnnl_memory_desc_create_with_strides(&descriptor, 2, extents, dnnl_f32, strides);
#else
  Descriptor descriptor = malloc(sizeof(*descriptor));
  if (descriptor &&
      dnnl_memory_desc_init_by_strides(&descriptor->value, 2, extents, dnnl_f32, strides) !=
          dnnl_success) {
    free(descriptor);
    descriptor = NULL;
  }
#endif
  return descriptor;
}

static void forget(Descriptor descriptor) {
#if DNNL_VERSION_MAJOR >= 3
  if (descriptor) dnnl_memory_desc_destroy(descriptor);
#else
  free(descriptor);
#endif
}

#if DNNL_VERSION_MAJOR >= 3
#define VALUE(descriptor) (descriptor)
#else
#define VALUE(descriptor) (&(descriptor)->value)
#endif

static dnnl_primitive_attr_t create_attributes(void) {
  dnnl_primitive_attr_t attributes = NULL;
  if (dnnl_primitive_attr_create(&attributes) != dnnl_success) return NULL;
  dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  return attributes;
}

// Makes the primitive of a primitive descriptor and binds one memory to each argument.
static EspalierPrimitive *finish(dnnl_primitive_desc_t recipe, int count, const int *arguments,
                                 Descriptor const *descriptors) {
  EspalierPrimitive *result = calloc(1, sizeof(*result));
  if (!result) return NULL;
  result->buffer_count = count;
  bool fine = dnnl_primitive_create(&result->primitive, recipe) == dnnl_success &&
              dnnl_stream_create(&result->stream, engine, dnnl_stream_default_flags) ==
                  dnnl_success;
  for (int i = 0; fine && i < count; i++) {
    result->arguments[i].arg = arguments[i];
    fine = dnnl_memory_create(&result->arguments[i].memory, VALUE(descriptors[i]), engine,
                              DNNL_MEMORY_NONE) == dnnl_success;
  }
#if DNNL_VERSION_MAJOR >= 3
  const_dnnl_memory_desc_t scratch = dnnl_primitive_desc_query_md(recipe, dnnl_query_scratchpad_md, 0);
#else
  const dnnl_memory_desc_t *scratch = dnnl_primitive_desc_query_md(recipe, dnnl_query_scratchpad_md, 0);
#endif
  size_t bytes = scratch ? dnnl_memory_desc_get_size(scratch) : 0;
  if (fine && bytes > 0) {
    fine = posix_memalign(&result->scratchpad, 64, bytes) == 0;
    result->arguments[count].arg = DNNL_ARG_SCRATCHPAD;
    fine = fine && dnnl_memory_create(&result->arguments[count].memory, scratch, engine,
                                      result->scratchpad) == dnnl_success;
  }
  if (fine) return result;
  espalier_destroy(result);
  return NULL;
}

EspalierPrimitive *espalier_matmul(int64_t rows, int64_t columns, int64_t inner,
                                   bool transpose_a, bool transpose_b, bool has_bias) {
  if (!has_engine()) return NULL;
  Descriptor a = describe(rows, inner, transpose_a ? 1 : inner, transpose_a ? rows : 1);
  Descriptor b = describe(inner, columns, transpose_b ? 1 : columns, transpose_b ? inner : 1);
  Descriptor bias = describe(1, columns, columns, 1);
  Descriptor c = describe(rows, columns, columns, 1);
  dnnl_primitive_attr_t attributes = create_attributes();
  dnnl_primitive_desc_t recipe = NULL;
  EspalierPrimitive *result = NULL;
  if (a && b && bias && c && attributes) {
#if DNNL_VERSION_MAJOR >= 3
    dnnl_matmul_primitive_desc_create(&recipe, engine, a, b, has_bias ? bias : NULL, c,
                                      attributes);
#else
    dnnl_matmul_desc_t operation;
    if (dnnl_matmul_desc_init(&operation, VALUE(a), VALUE(b), has_bias ? VALUE(bias) : NULL,
                              VALUE(c)) == dnnl_success)
      dnnl_primitive_desc_create(&recipe, &operation, attributes, engine, NULL);
#endif
  }
  if (recipe) {
    int with_bias[] = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS, DNNL_ARG_DST};
    int without[] = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST};
    Descriptor all[] = {a, b, bias, c}, three[] = {a, b, c};
    result = has_bias ? finish(recipe, 4, with_bias, all) : finish(recipe, 3, without, three);
    dnnl_primitive_desc_destroy(recipe);
  }
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  forget(a), forget(b), forget(bias), forget(c);
  return result;
}

static dnnl_alg_kind_t algorithm(EspalierActivation kind) {
  switch (kind) {
    case ESPALIER_RELU: return dnnl_eltwise_relu;
    case ESPALIER_LOGISTIC: return dnnl_eltwise_logistic;
    case ESPALIER_TANH: return dnnl_eltwise_tanh;
    case ESPALIER_GELU_ERF: return dnnl_eltwise_gelu_erf;
    case ESPALIER_GELU_TANH: return dnnl_eltwise_gelu_tanh;
  }
  return dnnl_alg_kind_undef;
}

// Softmax and the elementwise functions share one form: forward x -> y, backward reads y or x
// (`saved`) and dy and writes dx, all of one shape.
typedef enum { ELEMENTWISE, SOFTMAX } Family;

static EspalierPrimitive *create_unary(Family family, dnnl_alg_kind_t kind, float alpha,
                                       int64_t rows, int64_t columns, bool gradient) {
  if (!has_engine()) return NULL;
  Descriptor d = describe(rows, columns, columns, 1);
  dnnl_primitive_attr_t attributes = create_attributes();
  dnnl_primitive_desc_t hint = NULL, recipe = NULL;
  EspalierPrimitive *result = NULL;
  if (d && attributes) {
#if DNNL_VERSION_MAJOR >= 3
    dnnl_prop_kind_t forward = dnnl_forward_training;
    if (family == ELEMENTWISE)
      dnnl_eltwise_forward_primitive_desc_create(&hint, engine, forward, kind, d, d, alpha, 0,
                                                 attributes);
    else
      dnnl_softmax_forward_primitive_desc_create(&hint, engine, forward, dnnl_softmax_accurate,
                                                 d, d, 1, attributes);
    if (hint && gradient && family == ELEMENTWISE)
      dnnl_eltwise_backward_primitive_desc_create(&recipe, engine, kind, d, d, d, alpha, 0, hint,
                                                  attributes);
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
                                             alpha, 0)
            : dnnl_softmax_forward_desc_init(&softmax, dnnl_forward_training, VALUE(d), 1);
    if (status == dnnl_success)
      dnnl_primitive_desc_create(&hint, operation, attributes, engine, NULL);
    if (hint && gradient) {
      status = family == ELEMENTWISE ? dnnl_eltwise_backward_desc_init(&elementwise, kind, VALUE(d),
                                                                       VALUE(d), alpha, 0)
                                     : dnnl_softmax_backward_desc_init(&softmax, VALUE(d), VALUE(d), 1);
      if (status == dnnl_success)
        dnnl_primitive_desc_create(&recipe, operation, attributes, engine, hint);
    }
#endif
  }
  Descriptor three[] = {d, d, d};
  if (!gradient && hint) {
    int arguments[] = {DNNL_ARG_SRC, DNNL_ARG_DST};
    result = finish(hint, 2, arguments, three);
  } else if (gradient && recipe) {
    int arguments[] = {family == SOFTMAX ? DNNL_ARG_DST : DNNL_ARG_SRC, DNNL_ARG_DIFF_DST,
                       DNNL_ARG_DIFF_SRC};
    result = finish(recipe, 3, arguments, three);
  }
  if (recipe) dnnl_primitive_desc_destroy(recipe);
  if (hint) dnnl_primitive_desc_destroy(hint);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  forget(d);
  return result;
}

EspalierPrimitive *espalier_activation(EspalierActivation kind, float alpha, int64_t count) {
  return create_unary(ELEMENTWISE, algorithm(kind), alpha, 1, count, false);
}

EspalierPrimitive *espalier_activation_gradient(EspalierActivation kind, float alpha,
                                                int64_t count) {
  return create_unary(ELEMENTWISE, algorithm(kind), alpha, 1, count, true);
}

EspalierPrimitive *espalier_softmax(int64_t rows, int64_t columns) {
  return create_unary(SOFTMAX, dnnl_alg_kind_undef, 0, rows, columns, false);
}

EspalierPrimitive *espalier_softmax_gradient(int64_t rows, int64_t columns) {
  return create_unary(SOFTMAX, dnnl_alg_kind_undef, 0, rows, columns, true);
}

int espalier_execute(EspalierPrimitive *primitive, float *const *buffers) {
  for (int i = 0; i < primitive->buffer_count; i++)
    dnnl_memory_set_data_handle(primitive->arguments[i].memory, buffers[i]);
  int count = primitive->buffer_count + (primitive->scratchpad ? 1 : 0);
  dnnl_status_t status = dnnl_primitive_execute(primitive->primitive, primitive->stream, count,
                                                primitive->arguments);
  if (status == dnnl_success) status = dnnl_stream_wait(primitive->stream);
  return (int)status;
}

void espalier_destroy(EspalierPrimitive *primitive) {
  if (!primitive) return;
  for (int i = 0; i <= primitive->buffer_count; i++)
    if (primitive->arguments[i].memory) dnnl_memory_destroy(primitive->arguments[i].memory);
  if (primitive->stream) dnnl_stream_destroy(primitive->stream);
  if (primitive->primitive) dnnl_primitive_destroy(primitive->primitive);
  free(primitive->scratchpad);
  free(primitive);
}

// Looked up at run time: the runtime belongs to oneDNN's build (libgomp, libomp, or none), and
// its count holds for the calling thread only.
void espalier_set_thread_count(int count) {
  void (*set)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
  if (set) set(count);
}

int espalier_onednn_version(void) {
  const dnnl_version_t *version = dnnl_version();
  return version->major * 10000 + version->minor * 100 + version->patch;
}
