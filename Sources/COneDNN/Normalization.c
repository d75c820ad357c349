// Normalisation over a batch, channel by channel, and over the innermost dimension.
#include "Shim.h"

typedef enum { BATCH, LAYER } Family;

static dnnl_primitive_desc_t create_recipe(Family family, bool backward, Descriptor data,
                                           Descriptor statistics, float epsilon, unsigned flags,
                                           dnnl_primitive_desc_t hint,
                                           dnnl_primitive_attr_t attributes) {
  dnnl_primitive_desc_t recipe = NULL;
  dnnl_prop_kind_t forward = dnnl_forward_training;
#if DNNL_VERSION_MAJOR >= 3
  dnnl_engine_t engine = shim_engine();
  if (family == BATCH && backward)
    dnnl_batch_normalization_backward_primitive_desc_create(
        &recipe, engine, dnnl_backward, data, data, data, epsilon, flags, hint, attributes);
  else if (family == BATCH)
    dnnl_batch_normalization_forward_primitive_desc_create(&recipe, engine, forward, data, data,
                                                           epsilon, flags, attributes);
  else if (backward)
    dnnl_layer_normalization_backward_primitive_desc_create(
        &recipe, engine, dnnl_backward, data, data, data, statistics, epsilon, flags, hint,
        attributes);
  else
    dnnl_layer_normalization_forward_primitive_desc_create(
        &recipe, engine, forward, data, data, statistics, epsilon, flags, attributes);
#else
  dnnl_batch_normalization_desc_t batch;
  dnnl_layer_normalization_desc_t layer;
  const void *operation = family == BATCH ? (void *)&batch : (void *)&layer;
  dnnl_status_t status;
  if (family == BATCH)
    status = backward ? dnnl_batch_normalization_backward_desc_init(
                            &batch, dnnl_backward, VALUE(data), VALUE(data), epsilon, flags)
                      : dnnl_batch_normalization_forward_desc_init(&batch, forward, VALUE(data),
                                                                   epsilon, flags);
  else
    status = backward ? dnnl_layer_normalization_backward_desc_init(
                            &layer, dnnl_backward, VALUE(data), VALUE(data), VALUE(statistics),
                            epsilon, flags)
                      : dnnl_layer_normalization_forward_desc_init(
                            &layer, forward, VALUE(data), VALUE(statistics), epsilon, flags);
  if (status == dnnl_success)
    dnnl_primitive_desc_create(&recipe, operation, attributes, shim_engine(), hint);
#endif
  return recipe;
}

static EspalierPrimitive *create(Family family, bool backward, int64_t batch, int64_t area,
                                 int64_t channels, float epsilon, bool given) {
  if (!shim_engine()) return NULL;
  Descriptor data = family == BATCH ? describe_images(batch, area, 1, channels)
                                    : describe_matrix(batch * area, channels, channels, 1);
  Descriptor statistics = describe_vector(family == BATCH ? channels : batch * area);
  Descriptor scale = describe_vector(channels);
  dnnl_primitive_attr_t attributes = create_attributes();
  unsigned flags = dnnl_use_scale | dnnl_use_shift | (given ? dnnl_use_global_stats : 0);
  EspalierPrimitive *result = NULL;
  if (data && statistics && scale && attributes) {
    dnnl_primitive_desc_t forward =
        create_recipe(family, false, data, statistics, epsilon, flags, NULL, attributes);
    if (backward && forward) {
      Buffer buffers[] = {{DNNL_ARG_SRC, data},         {DNNL_ARG_DIFF_DST, data},
                          {DNNL_ARG_MEAN, statistics},  {DNNL_ARG_VARIANCE, statistics},
                          {DNNL_ARG_SCALE, scale},      {DNNL_ARG_SHIFT, scale},
                          {DNNL_ARG_DIFF_SRC, data},    {DNNL_ARG_DIFF_SCALE, scale},
                          {DNNL_ARG_DIFF_SHIFT, scale}};
      result = finish(create_recipe(family, true, data, statistics, epsilon, flags, forward,
                                    attributes),
                      9, buffers);
      dnnl_primitive_desc_destroy(forward);
    } else {
      Buffer buffers[] = {{DNNL_ARG_SRC, data},         {DNNL_ARG_SCALE, scale},
                          {DNNL_ARG_SHIFT, scale},      {DNNL_ARG_MEAN, statistics},
                          {DNNL_ARG_VARIANCE, statistics}, {DNNL_ARG_DST, data}};
      result = finish(forward, 6, buffers);
    }
  }
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  forget(data), forget(statistics), forget(scale);
  return result;
}

EspalierPrimitive *espalier_batch_normalization(int64_t batch, int64_t area, int64_t channels,
                                                float epsilon, bool given) {
  return create(BATCH, false, batch, area, channels, epsilon, given);
}

EspalierPrimitive *espalier_batch_normalization_gradient(int64_t batch, int64_t area,
                                                         int64_t channels, float epsilon,
                                                         bool given) {
  return create(BATCH, true, batch, area, channels, epsilon, given);
}

EspalierPrimitive *espalier_layer_normalization(int64_t rows, int64_t columns, float epsilon) {
  return create(LAYER, false, rows, 1, columns, epsilon, false);
}

EspalierPrimitive *espalier_layer_normalization_gradient(int64_t rows, int64_t columns,
                                                         float epsilon) {
  return create(LAYER, true, rows, 1, columns, epsilon, false);
}
