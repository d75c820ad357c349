// Pooling over windows of channels-last images.
#include "Shim.h"

static dnnl_alg_kind_t kind_of(EspalierPoolingKind kind) {
  switch (kind) {
    case ESPALIER_MAXIMUM: return dnnl_pooling_max;
    case ESPALIER_MEAN: return dnnl_pooling_avg_exclude_padding;
    case ESPALIER_MEAN_WITH_PADDING: return dnnl_pooling_avg_include_padding;
  }
  return dnnl_alg_kind_undef;
}

static dnnl_primitive_desc_t create_recipe(const EspalierPooling *p, bool backward, bool training,
                                           Descriptor source, Descriptor target,
                                           dnnl_primitive_desc_t hint,
                                           dnnl_primitive_attr_t attributes) {
  dnnl_dims_t strides = {p->stride_height, p->stride_width};
  dnnl_dims_t kernel = {p->kernel_height, p->kernel_width}, dilation = {0};
  dnnl_dims_t before = {p->top, p->left}, after = {p->bottom, p->right};
  dnnl_alg_kind_t kind = kind_of(p->kind);
  dnnl_prop_kind_t forward = training ? dnnl_forward_training : dnnl_forward_inference;
  dnnl_primitive_desc_t recipe = NULL;
#if DNNL_VERSION_MAJOR >= 3
  if (backward)
    dnnl_pooling_backward_primitive_desc_create(&recipe, shim_engine(), kind, source, target,
                                                strides, kernel, dilation, before, after, hint,
                                                attributes);
  else
    dnnl_pooling_forward_primitive_desc_create(&recipe, shim_engine(), forward, kind, source,
                                               target, strides, kernel, dilation, before, after,
                                               attributes);
#else
  dnnl_pooling_v2_desc_t operation;
  dnnl_status_t status =
      backward ? dnnl_pooling_v2_backward_desc_init(&operation, kind, VALUE(source), VALUE(target),
                                                    strides, kernel, dilation, before, after)
               : dnnl_pooling_v2_forward_desc_init(&operation, forward, kind, VALUE(source),
                                                   VALUE(target), strides, kernel, dilation,
                                                   before, after);
  if (status == dnnl_success)
    dnnl_primitive_desc_create(&recipe, &operation, attributes, shim_engine(), hint);
#endif
  return recipe;
}

static EspalierPrimitive *create(const EspalierPooling *p, bool backward, bool training) {
  if (!shim_engine()) return NULL;
  int64_t height = (p->height + p->top + p->bottom - p->kernel_height) / p->stride_height + 1;
  int64_t width = (p->width + p->left + p->right - p->kernel_width) / p->stride_width + 1;
  Descriptor source = describe_images(p->batch, p->height, p->width, p->channels);
  Descriptor target = describe_images(p->batch, height, width, p->channels);
  dnnl_primitive_attr_t attributes = create_attributes();
  EspalierPrimitive *result = NULL;
  bool saves = p->kind == ESPALIER_MAXIMUM && training;
  if (source && target && attributes) {
    dnnl_primitive_desc_t forward =
        create_recipe(p, false, training, source, target, NULL, attributes);
    // The places of the maxima lie in a layout of oneDNN's own.
    Buffer places = {DNNL_ARG_WORKSPACE, NULL, dnnl_query_workspace_md};
    if (backward && forward) {
      Buffer buffers[] = {{DNNL_ARG_DIFF_DST, target}, {DNNL_ARG_DIFF_SRC, source}, places};
      result = finish(create_recipe(p, true, true, source, target, forward, attributes),
                      saves ? 3 : 2, buffers);
      dnnl_primitive_desc_destroy(forward);
    } else {
      Buffer buffers[] = {{DNNL_ARG_SRC, source}, {DNNL_ARG_DST, target}, places};
      result = finish(forward, saves ? 3 : 2, buffers);
    }
  }
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  forget(source), forget(target);
  return result;
}

EspalierPrimitive *espalier_pooling(const EspalierPooling *p, bool training) {
  return create(p, false, training);
}

EspalierPrimitive *espalier_pooling_gradient(const EspalierPooling *p) {
  return create(p, true, true);
}
