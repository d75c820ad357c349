// What the files of the shim share: descriptors of either version, and a primitive with its
// memories.
#pragma once

#include "include/COneDNN.h"

#include <dnnl.h>
#include <stdlib.h>

#define MAXIMUM_BUFFERS 9
#define MAXIMUM_PACKINGS 3

#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t Descriptor;  // a pointer to an opaque value
typedef const_dnnl_memory_desc_t Layout;
#define VALUE(descriptor) (descriptor)
#else
typedef struct {
  dnnl_memory_desc_t value;
} *Descriptor;  // a pointer, as in version 3
typedef const dnnl_memory_desc_t *Layout;
#define VALUE(descriptor) (&(descriptor)->value)
#endif

// An argument that oneDNN wants in a layout of its own.
typedef struct {
  int index;              // among the buffers
  bool is_result;         // reordered after the primitive has run, not before
  int start;              // the buffer whose values a result begins with, or -1
  dnnl_primitive_t reorder, fill;
  dnnl_memory_t plain, packed, scratch;
  size_t bytes;
  void *kept;             // the packed values, if they stay the same; else in the workspace
} Packing;

struct EspalierPrimitive {
  dnnl_primitive_t primitive;
  dnnl_stream_t stream;
  size_t scratchpad_bytes;
  int buffer_count, packing_count;
  dnnl_exec_arg_t arguments[MAXIMUM_BUFFERS + 1];  // the buffers, then the scratchpad
  Packing packings[MAXIMUM_PACKINGS];
};

dnnl_engine_t shim_engine(void);

// A descriptor by strides, or in any layout that oneDNN likes if `strides` is NULL.
Descriptor describe(int rank, const int64_t *extents, const int64_t *strides);
Descriptor describe_matrix(int64_t rows, int64_t columns, int64_t row_stride,
                           int64_t column_stride);
Descriptor describe_vector(int64_t count);
// [batch, height, width, channels] in memory, whose dimensions oneDNN calls n, c, h, w.
Descriptor describe_images(int64_t batch, int64_t height, int64_t width, int64_t channels);
void forget(Descriptor descriptor);

dnnl_primitive_attr_t create_attributes(void);

// One buffer of a primitive: the argument it is passed as, and how the caller lays it out.
typedef struct {
  int argument;
  Descriptor plain;  // or NULL: as oneDNN wants it
  dnnl_query_t query;  // with which the recipe tells the layout it wants, or 0: the plain one
  bool is_result;
  int start;  // of a result to which the primitive adds: the buffer it begins with, or 0
} Buffer;

// Makes the primitive of a recipe; forgets the recipe. NULL if the recipe is NULL.
EspalierPrimitive *finish(dnnl_primitive_desc_t recipe, int count, const Buffer *buffers);

dnnl_alg_kind_t activation_kind(EspalierActivation kind);

// What is done to the result while it is still at hand; the added values lie like `target`, or
// are in the result's place before if that is NULL.
#define ADDED_ARGUMENT (DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1)
bool add_follow_up(dnnl_primitive_attr_t attributes, const EspalierFollowUp *follow_up,
                   Descriptor target);
