// Which instruction sets a kernel is compiled for. The loader picks once, when the program
// starts; elsewhere (NEON, other systems) the compiler's own vectors for the base set are used.
#pragma once

#if defined(__x86_64__) && defined(__linux__)
#define FOR_EACH_INSTRUCTION_SET \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_INSTRUCTION_SET
#endif

// The square root without errno, which would keep a loop over it from becoming vector code.
#if defined(__has_builtin) && __has_builtin(__builtin_elementwise_sqrt)
#define SQUARE_ROOT(x) __builtin_elementwise_sqrt(x)
#else
#include <math.h>
#define SQUARE_ROOT(x) sqrtf(x)
#endif
