// Engine, descriptors, and running a primitive.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE  // RTLD_DEFAULT
#endif
#include "Shim.h"

#include <dlfcn.h>
#include <pthread.h>

static dnnl_engine_t engine;
static pthread_key_t workspace_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

// Memory that holds nothing from one call to the next, so all primitives of a thread share it.
typedef struct {
  void *start;
  size_t bytes;
} Workspace;

static void free_workspace(void *value) {
  Workspace *workspace = value;
  free(workspace->start);
  free(workspace);
}

static void create_engine(void) {
  pthread_key_create(&workspace_key, free_workspace);
  if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) engine = NULL;
}

dnnl_engine_t shim_engine(void) {
  pthread_once(&once, create_engine);
  return engine;
}

static void *workspace(size_t bytes) {
  Workspace *own = pthread_getspecific(workspace_key);
  if (!own) {
    own = calloc(1, sizeof(*own));
    if (!own || pthread_setspecific(workspace_key, own)) return NULL;
  }
  if (own->bytes < bytes) {
    free(own->start);
    own->bytes = posix_memalign(&own->start, 64, bytes) == 0 ? bytes : 0;
    if (!own->bytes) own->start = NULL;
  }
  return own->start;
}

Descriptor describe(int rank, const int64_t *extents, const int64_t *strides) {
#if DNNL_VERSION_MAJOR >= 3
  Descriptor descriptor = NULL;
  if (strides)
    dnnl_memory_desc_create_with_strides(&descriptor, rank, extents, dnnl_f32, strides);
  else
    dnnl_memory_desc_create_with_tag(&descriptor, rank, extents, dnnl_f32, dnnl_format_tag_any);
#else
  Descriptor descriptor = malloc(sizeof(*descriptor));
  if (!descriptor) return NULL;
  dnnl_status_t status =
      strides ? dnnl_memory_desc_init_by_strides(&descriptor->value, rank, extents, dnnl_f32,
                                                 strides)
              : dnnl_memory_desc_init_by_tag(&descriptor->value, rank, extents, dnnl_f32,
                                             dnnl_format_tag_any);
  if (status != dnnl_success) {
    free(descriptor);
    return NULL;
  }
#endif
  return descriptor;
}

Descriptor describe_matrix(int64_t rows, int64_t columns, int64_t row_stride,
                           int64_t column_stride) {
  return describe(2, (int64_t[]){rows, columns}, (int64_t[]){row_stride, column_stride});
}

Descriptor describe_vector(int64_t count) {
  return describe(1, (int64_t[]){count}, (int64_t[]){1});
}

Descriptor describe_images(int64_t batch, int64_t height, int64_t width, int64_t channels) {
  return describe(4, (int64_t[]){batch, channels, height, width},
                  (int64_t[]){height * width * channels, 1, width * channels, channels});
}

void forget(Descriptor descriptor) {
#if DNNL_VERSION_MAJOR >= 3
  if (descriptor) dnnl_memory_desc_destroy(descriptor);
#else
  free(descriptor);
#endif
}

dnnl_primitive_attr_t create_attributes(void) {
  dnnl_primitive_attr_t attributes = NULL;
  if (dnnl_primitive_attr_create(&attributes) != dnnl_success) return NULL;
  dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  return attributes;
}

static bool are_equal(Layout a, Layout b) { return dnnl_memory_desc_equal(a, b); }

// Memory for what a reorder needs besides is made if it needs any: only weights that are put into
// Winograd's layout do, once, when they are kept.
static bool create_reorder(dnnl_primitive_t *reorder, dnnl_memory_t *scratch, Layout from,
                           Layout to) {
  dnnl_primitive_attr_t attributes = create_attributes();
  dnnl_primitive_desc_t recipe = NULL;
  bool fine = attributes && dnnl_reorder_primitive_desc_create(&recipe, from, engine, to, engine,
                                                               attributes) == dnnl_success;
  fine = fine && dnnl_primitive_create(reorder, recipe) == dnnl_success;
  Layout needed = fine ? dnnl_primitive_desc_query_md(recipe, dnnl_query_scratchpad_md, 0) : NULL;
  if (needed && dnnl_memory_desc_get_size(needed) > 0 && !*scratch)
    fine = dnnl_memory_create(scratch, needed, engine, DNNL_MEMORY_ALLOCATE) == dnnl_success;
  if (recipe) dnnl_primitive_desc_destroy(recipe);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  return fine;
}

static bool add_packing(EspalierPrimitive *result, int index, const Buffer *buffer, Layout wanted) {
  if (result->packing_count == MAXIMUM_PACKINGS) return false;
  Packing *packing = &result->packings[result->packing_count++];
  Layout plain = VALUE(buffer->plain);
  packing->index = index;
  packing->is_result = buffer->is_result;
  packing->start = buffer->start;
  packing->bytes = (dnnl_memory_desc_get_size(wanted) + 63) / 64 * 64;
  return create_reorder(&packing->reorder, &packing->scratch, buffer->is_result ? wanted : plain,
                        buffer->is_result ? plain : wanted) &&
         (!buffer->start || create_reorder(&packing->fill, &packing->scratch, plain, wanted)) &&
         dnnl_memory_create(&packing->plain, plain, engine, DNNL_MEMORY_NONE) == dnnl_success &&
         dnnl_memory_create(&packing->packed, wanted, engine, DNNL_MEMORY_NONE) == dnnl_success;
}

EspalierPrimitive *finish(dnnl_primitive_desc_t recipe, int count, const Buffer *buffers) {
  if (!recipe) return NULL;
  EspalierPrimitive *result = calloc(1, sizeof(*result));
  bool fine = result && dnnl_primitive_create(&result->primitive, recipe) == dnnl_success &&
              dnnl_stream_create(&result->stream, engine, dnnl_stream_default_flags) ==
                  dnnl_success;
  for (int i = 0; fine && i < count; i++) {
    const Buffer *buffer = &buffers[i];
    Layout plain = buffer->plain ? VALUE(buffer->plain) : NULL;
    Layout wanted =
        buffer->query ? dnnl_primitive_desc_query_md(recipe, buffer->query, 0) : plain;
    result->buffer_count = i + 1;
    result->arguments[i].arg = buffer->argument;
    fine = wanted && dnnl_memory_create(&result->arguments[i].memory, wanted, engine,
                                        DNNL_MEMORY_NONE) == dnnl_success;
    if (fine && plain && !are_equal(plain, wanted))
      fine = add_packing(result, i, buffer, wanted);
    else if (buffer->start)
      fine = false;  // it would add to what happens to be there
  }
  if (fine) {
    Layout scratch = dnnl_primitive_desc_query_md(recipe, dnnl_query_scratchpad_md, 0);
    size_t bytes = scratch ? dnnl_memory_desc_get_size(scratch) : 0;
    result->scratchpad_bytes = (bytes + 63) / 64 * 64;
    result->arguments[count].arg = DNNL_ARG_SCRATCHPAD;
    fine = bytes == 0 || dnnl_memory_create(&result->arguments[count].memory, scratch, engine,
                                            DNNL_MEMORY_NONE) == dnnl_success;
  }
  dnnl_primitive_desc_destroy(recipe);
  if (fine) return result;
  espalier_destroy(result);
  return NULL;
}

typedef enum { TO_PACKED, TO_PLAIN } Way;

static dnnl_status_t pack(EspalierPrimitive *primitive, Packing *packing, Way way, void *plain,
                          void *packed) {
  dnnl_memory_set_data_handle(packing->plain, plain);
  dnnl_memory_set_data_handle(packing->packed, packed);
  dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, way == TO_PLAIN ? packing->packed : packing->plain},
                                 {DNNL_ARG_TO, way == TO_PLAIN ? packing->plain : packing->packed},
                                 {DNNL_ARG_SCRATCHPAD, packing->scratch}};
  bool fills = packing->is_result && way == TO_PACKED;
  return dnnl_primitive_execute(fills ? packing->fill : packing->reorder, primitive->stream,
                                packing->scratch ? 3 : 2, arguments);
}

size_t espalier_buffer_bytes(EspalierPrimitive *primitive, int index) {
  Layout layout = NULL;
  dnnl_memory_get_memory_desc(primitive->arguments[index].memory, &layout);
  return layout ? dnnl_memory_desc_get_size(layout) : 0;
}

int espalier_execute(EspalierPrimitive *primitive, float *const *buffers) {
  size_t bytes = primitive->scratchpad_bytes;
  for (int i = 0; i < primitive->packing_count; i++) bytes += primitive->packings[i].bytes;
  char *free_memory = bytes ? workspace(bytes) : NULL;
  if (bytes && !free_memory) return (int)dnnl_out_of_memory;
  for (int i = 0; i < primitive->buffer_count; i++)
    dnnl_memory_set_data_handle(primitive->arguments[i].memory, buffers[i]);
  if (primitive->scratchpad_bytes) {
    dnnl_memory_set_data_handle(primitive->arguments[primitive->buffer_count].memory, free_memory);
    free_memory += primitive->scratchpad_bytes;
  }
  dnnl_status_t status = dnnl_success;
  void *packed[MAXIMUM_PACKINGS];
  for (int i = 0; i < primitive->packing_count && status == dnnl_success; i++) {
    Packing *packing = &primitive->packings[i];
    packed[i] = packing->kept ? packing->kept : free_memory;
    free_memory += packing->bytes;
    dnnl_memory_set_data_handle(primitive->arguments[packing->index].memory, packed[i]);
    if (packing->is_result ? packing->start : !packing->kept) {
      float *values = buffers[packing->is_result ? packing->start : packing->index];
      status = pack(primitive, packing, TO_PACKED, values, packed[i]);
    }
  }
  int count = primitive->buffer_count + (primitive->scratchpad_bytes ? 1 : 0);
  if (status == dnnl_success)
    status = dnnl_primitive_execute(primitive->primitive, primitive->stream, count,
                                    primitive->arguments);
  for (int i = 0; i < primitive->packing_count && status == dnnl_success; i++) {
    Packing *packing = &primitive->packings[i];
    if (packing->is_result)
      status = pack(primitive, packing, TO_PLAIN, buffers[packing->index], packed[i]);
  }
  if (status == dnnl_success) status = dnnl_stream_wait(primitive->stream);
  return (int)status;
}

int espalier_keep(EspalierPrimitive *primitive, int index, float *values) {
  for (int i = 0; i < primitive->packing_count; i++) {
    Packing *packing = &primitive->packings[i];
    if (packing->index != index || packing->is_result) continue;
    if (!packing->kept && posix_memalign(&packing->kept, 64, packing->bytes))
      return (int)dnnl_out_of_memory;
    dnnl_status_t status = pack(primitive, packing, TO_PACKED, values, packing->kept);
    return (int)(status == dnnl_success ? dnnl_stream_wait(primitive->stream) : status);
  }
  return 0;
}

void espalier_destroy(EspalierPrimitive *primitive) {
  if (!primitive) return;
  for (int i = 0; i <= primitive->buffer_count && i <= MAXIMUM_BUFFERS; i++)
    if (primitive->arguments[i].memory) dnnl_memory_destroy(primitive->arguments[i].memory);
  for (int i = 0; i < primitive->packing_count; i++) {
    Packing *packing = &primitive->packings[i];
    if (packing->reorder) dnnl_primitive_destroy(packing->reorder);
    if (packing->fill) dnnl_primitive_destroy(packing->fill);
    if (packing->plain) dnnl_memory_destroy(packing->plain);
    if (packing->packed) dnnl_memory_destroy(packing->packed);
    if (packing->scratch) dnnl_memory_destroy(packing->scratch);
    free(packing->kept);
  }
  if (primitive->stream) dnnl_stream_destroy(primitive->stream);
  if (primitive->primitive) dnnl_primitive_destroy(primitive->primitive);
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
